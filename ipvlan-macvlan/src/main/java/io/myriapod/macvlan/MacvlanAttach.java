package io.myriapod.macvlan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.linux.link.MacvlanMode;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** ADD of the macvlan plugin. */
final class MacvlanAttach {
  private final Node node;
  private final Parents parents;
  private final Journal journal;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  MacvlanAttach(Node node, Parents parents, Journal journal, Ipam ipam, LinkAddressing addressing) {
    this.node = node;
    this.parents = parents;
    this.journal = journal;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  CniResult add(PluginRequest request, MacvlanConfig config) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request);
        OpenRecord steps = journal.begin(key, facts(request))) {
      Link parent = parents.in(config, host, pod).require(config);
      NetworkNamespace parentSide = config.linkInContainer() ? pod : host;
      Link link = create(request, spec(request, config, parent), parentSide, pod, steps);

      CniResult result = result(request, link, lease(request, key, steps));
      announce(pod, link, result);
      addressing.configure(pod, link, result, config.dad());

      steps.done();
      return result;
    }
  }

  private static ObjectNode facts(PluginRequest request) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("network", request.config().name())
        .put("netns", request.requireNetns().toString());
  }

  /** With a MAC in any case, by which an undo knows the link again. */
  private static LinkSpec.Macvlan spec(PluginRequest request, MacvlanConfig config, Link parent) {
    LinkSpec.Macvlan plain =
        LinkSpec.Macvlan.on(parent, request.interfaceName(), config.mode())
            .withMac(mac(config, parent));
    LinkSpec.Macvlan sized = config.mtu().map(plain::withMtu).orElse(plain);
    return config.broadcastQueueLength().map(sized::withBroadcastQueueLength).orElse(sized);
  }

  /** A passthru link has its parent's; the kernel overrides any other. */
  private static MacAddress mac(MacvlanConfig config, Link parent) {
    if (config.mode() == MacvlanMode.PASSTHRU && parent.mac().isPresent()) {
      return parent.mac().get();
    }
    return config.mac().orElseGet(MacAddress::random);
  }

  private static Link create(
      PluginRequest request,
      LinkSpec.Macvlan spec,
      NetworkNamespace parentSide,
      NetworkNamespace pod,
      OpenRecord steps) {
    request.deadline().require("create \"%s\"".formatted(spec.name()));
    CreatedLink planned =
        CreatedLink.planned(
            request.requireNetns(), pod.id(), spec.name(), spec.kind(), spec.mac().orElseThrow());
    OpenRecord.Step step = steps.will(planned.toInverse());
    try {
      Link link = parentSide.links().createIn(pod, spec);
      step.refine(planned.withIndex(link.index()).data());
      return link;
    } catch (ErrnoException e) {
      throw refused(spec, e);
    }
  }

  private static CniException refused(LinkSpec.Macvlan spec, ErrnoException e) {
    if (e.is(Errno.EEXIST)) {
      return new CniException(
          ErrorCode.INTERFACE_EXISTS,
          "create macvlan \"%s\" in the pod: a link of that name is there".formatted(spec.name()),
          "give the network another interface name",
          e);
    }
    if (e.is(Errno.EBUSY)) {
      return new CniException(
          ErrorCode.PARENT_UNUSABLE,
          e.getMessage(),
          "the parent is in use by a bridge, bond, ipvlan or passthru macvlan; name another one",
          e);
    }
    return new CniException(
        ErrorCode.KERNEL_REFUSED, e.getMessage(), "look at parent, mode and MAC of the config", e);
  }

  private CniResult lease(PluginRequest request, AttachmentKey key, OpenRecord steps) {
    request.deadline().require("allocate addresses for \"%s\"".formatted(request.interfaceName()));
    ipam.leaseOf(request)
        .map(lease -> new HeldLease(lease.dataDir(), lease.network(), key))
        .ifPresent(lease -> steps.will(lease.toInverse()));
    return ipam.allocateForLink(request);
  }

  private static CniResult result(PluginRequest request, Link link, CniResult leased) {
    MacAddress mac = link.mac().orElseThrow(() -> new IllegalStateException(link + ": no MAC"));
    Interface attached =
        Interface.inContainer(link.name(), mac, link.mtu(), request.requireNetns().toString());
    return leased.onInterface(List.of(attached), 0).preferringDns(request.config().dns());
  }

  /**
   * Has the kernel tell the neighbours whenever the link comes up or changes its MAC.
   * LinkAddressing sees to it for each family that has an address; the other one is for us. Without
   * any address the reference plugin leaves both alone.
   */
  private static void announce(NetworkNamespace pod, Link link, CniResult result) {
    Set<Boolean> v6 =
        result.addresses().stream().map(one -> one.address().isV6()).collect(Collectors.toSet());
    if (v6.equals(Set.of(false))) {
      pod.sysctls().changeAll(Map.of(Sysctl.ofLink("ipv6", link.name(), "ndisc_notify"), "1"));
    }
    if (v6.equals(Set.of(true))) {
      pod.sysctls().changeAll(Map.of(Sysctl.ofLink("ipv4", link.name(), "arp_notify"), "1"));
    }
  }
}
