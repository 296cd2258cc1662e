package io.myriapod.kubernetes.status;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * One element of network-status: one attachment. NPWG specification 1.3, section 5.3.
 *
 * @param name {@code namespace/name} of the definition, or the network's own name if it has none
 * @param interfaceName absent if the plugin reported no interface in the pod
 * @param mac present only with an interface
 * @param isDefault whether it is the cluster's default network
 * @param gateways of the default routes that run through it, best first
 * @param deviceInfo per the Device Information Specification 1.1, as read from its file
 */
public record NetworkStatus(
    String name,
    Optional<String> interfaceName,
    List<InetAddress> ips,
    Optional<String> mac,
    Optional<Integer> mtu,
    boolean isDefault,
    StatusDns dns,
    List<InetAddress> gateways,
    Optional<String> infinibandGuid,
    Optional<ObjectNode> deviceInfo) {
  /** The annotation of the pod that holds the list. */
  public static final String ANNOTATION = "k8s.v1.cni.cncf.io/network-status";

  /** Throws {@link IllegalArgumentException} if there is a MAC without an interface. */
  public NetworkStatus {
    ips = List.copyOf(ips);
    gateways = List.copyOf(gateways);
    deviceInfo = deviceInfo.map(ObjectNode::deepCopy);
    if (mac.isPresent() && interfaceName.isEmpty()) {
      throw new IllegalArgumentException(
          "network-status of %s: a MAC needs an interface".formatted(name));
    }
  }

  /** The least that an attachment without a reported interface says. */
  public static NetworkStatus minimal(String name, boolean isDefault) {
    return new NetworkStatus(
        name,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        isDefault,
        StatusDns.NONE,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with an interface and what is on it. */
  public NetworkStatus withInterface(
      String interfaceName, List<InetAddress> ips, Optional<String> mac, Optional<Integer> mtu) {
    return new NetworkStatus(
        name,
        Optional.of(interfaceName),
        ips,
        mac,
        mtu,
        isDefault,
        dns,
        gateways,
        infinibandGuid,
        deviceInfo);
  }

  /** The same with addresses of no interface of the pod: a program of the pod has them. */
  public NetworkStatus withAddresses(List<InetAddress> ips) {
    return new NetworkStatus(
        name, interfaceName, ips, mac, mtu, isDefault, dns, gateways, infinibandGuid, deviceInfo);
  }

  /** The same with these name servers. */
  public NetworkStatus withDns(StatusDns dns) {
    return new NetworkStatus(
        name, interfaceName, ips, mac, mtu, isDefault, dns, gateways, infinibandGuid, deviceInfo);
  }

  /** The same with these gateways of default routes. */
  public NetworkStatus withGateways(List<InetAddress> gateways) {
    return new NetworkStatus(
        name, interfaceName, ips, mac, mtu, isDefault, dns, gateways, infinibandGuid, deviceInfo);
  }

  /** The same with this GUID. */
  public NetworkStatus withInfinibandGuid(Optional<String> infinibandGuid) {
    return new NetworkStatus(
        name, interfaceName, ips, mac, mtu, isDefault, dns, gateways, infinibandGuid, deviceInfo);
  }

  /** The same with this device. */
  public NetworkStatus withDeviceInfo(Optional<ObjectNode> deviceInfo) {
    return new NetworkStatus(
        name, interfaceName, ips, mac, mtu, isDefault, dns, gateways, infinibandGuid, deviceInfo);
  }
}
