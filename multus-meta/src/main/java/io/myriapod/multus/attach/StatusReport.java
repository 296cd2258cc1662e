package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Dns;
import io.myriapod.cni.result.Interface;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.OpenRecord;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.kubernetes.status.NetworkStatusJson;
import io.myriapod.kubernetes.status.StatusDns;
import io.myriapod.multus.config.Compat;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Results to network-status. NPWG 1.3, section 5: one element per attachment, of the first
 * interface in the sandbox; as Multus has it, one per interface in the sandbox.
 */
final class StatusReport {
  private final Compat compat;

  StatusReport(Compat compat) {
    this.compat = compat;
  }

  /** In the order of the attachments; the default network's element is always there. */
  List<NetworkStatus> of(List<Attached> attached) {
    List<NetworkStatus> statuses = new ArrayList<>();
    attached.forEach(each -> statuses.addAll(of(each)));
    return statuses;
  }

  /** Writes down what an attachment adds, for a later list. */
  void record(Attached attached, OpenRecord steps) {
    String text = NetworkStatusJson.encode(of(attached)).toString();
    steps.fact(AttachmentFacts.STATUS, TextNode.valueOf(text));
  }

  private List<NetworkStatus> of(Attached attached) {
    CniResult result = attached.result();
    NetworkStatus base =
        NetworkStatus.minimal(attached.planned().delegate().name(), attached.planned().order() == 0)
            .withDns(dns(result.dns()))
            .withGateways(gateways(result))
            .withInfinibandGuid(attached.planned().options().infinibandGuid())
            .withDeviceInfo(attached.deviceInfo());
    List<Integer> inSandbox =
        IntStream.range(0, result.interfaces().size())
            .filter(i -> isInSandbox(result.interfaces().get(i)))
            .boxed()
            .toList();
    if (inSandbox.isEmpty()) {
      return List.of(withoutInterface(base, attached));
    }
    return inSandbox.stream()
        .limit(compat == Compat.MULTUS ? inSandbox.size() : 1)
        .map(index -> withInterface(base, result, index, inSandbox.size() == 1))
        .toList();
  }

  private static boolean isInSandbox(Interface one) {
    return one.sandbox().filter(path -> !path.isEmpty()).isPresent();
  }

  /**
   * Results before 0.3.0 have addresses and no interfaces: they are on the one asked for. Of later
   * ones those addresses count that are on no interface: NPWG 1.3, section 5.3.3.1. Without any
   * interface they are of no link of the pod, such as those of a device that a program drives, and
   * no route runs through it; beside interfaces of the node a link of the pod has them.
   */
  private static NetworkStatus withoutInterface(NetworkStatus base, Attached attached) {
    CniResult result = attached.result();
    if (attached.planned().call().list().cniVersion().atLeast(CniVersion.V0_3_0)) {
      List<Address> free =
          result.addresses().stream().filter(one -> one.interfaceIndex().isEmpty()).toList();
      NetworkStatus addressed = base.withAddresses(ips(free));
      boolean ofAProgram = result.interfaces().isEmpty() && !free.isEmpty();
      return ofAProgram ? addressed.withGateways(List.of()) : addressed;
    }
    return result.addresses().isEmpty()
        ? base
        : base.withInterface(
            attached.planned().call().interfaceName().value(),
            ips(result.addresses()),
            Optional.empty(),
            Optional.empty());
  }

  private NetworkStatus withInterface(
      NetworkStatus base, CniResult result, int index, boolean alone) {
    Interface link = result.interfaces().get(index);
    boolean everyAddress = alone && compat == Compat.MULTUS;
    List<Address> addresses =
        result.addresses().stream()
            .filter(
                address ->
                    everyAddress || address.interfaceIndex().map(on -> on == index).orElse(alone))
            .toList();
    return base.withInterface(link.name(), ips(addresses), link.mac(), link.mtu());
  }

  private static List<InetAddress> ips(List<Address> addresses) {
    return addresses.stream().map(address -> address.address().address()).toList();
  }

  private static List<InetAddress> gateways(CniResult result) {
    return result.routes().stream()
        .filter(DefaultRoutes::isPodDefault)
        .map(route -> DefaultRoutes.gateway(route, result))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  private static StatusDns dns(Dns dns) {
    return new StatusDns(dns.nameservers(), dns.domain(), dns.search(), dns.options());
  }
}
