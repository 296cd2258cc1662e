package io.myriapod.child.link;

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
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** ADD of a child. */
final class ChildAttach<C extends ChildConfig> {
  private final ChildKind<C> kind;
  private final Node node;
  private final Parents parents;
  private final Journal journal;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  /** Held from the look at the siblings until the link is there, if it changes them. */
  private final Lock alone = new ReentrantLock();

  ChildAttach(
      ChildKind<C> kind,
      Node node,
      Parents parents,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing) {
    this.kind = kind;
    this.node = node;
    this.parents = parents;
    this.journal = journal;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  /** Where the link comes from and goes to. */
  private record Site(
      ParentPlace place, Link parent, NetworkNamespace side, NetworkNamespace pod) {}

  CniResult add(PluginRequest request, C config) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      ParentPlace place = parents.in(config, host, pod);
      Link parent = place.require(config);
      Site site = new Site(place, parent, config.linkInContainer() ? pod : host, pod);
      try (OpenRecord steps = journal.begin(key, facts(request, config, parent))) {
        Link link =
            kind.changesSiblings()
                ? makeAlone(request, config, site, steps)
                : make(request, config, site, steps);

        CniResult result = result(request, link, addresses(request, key, steps));
        announce(pod, link, result);
        addressing.configure(pod, link, result, config.dad());

        steps.done();
        return result;
      }
    }
  }

  private static ObjectNode facts(PluginRequest request, ChildConfig config, Link parent) {
    ObjectNode facts = request.facts();
    return config.linkInContainer() ? facts : facts.put(Siblings.PARENT, parent.index());
  }

  private Link makeAlone(PluginRequest request, C config, Site site, OpenRecord steps) {
    alone.lock();
    try {
      return make(request, config, site, steps);
    } finally {
      alone.unlock();
    }
  }

  private Link make(PluginRequest request, C config, Site site, OpenRecord steps) {
    kind.requireFit(
        config, site.parent(), site.place(), site.place().siblings(site.parent(), node, journal));
    ChildKind.Child child = kind.child(request.interfaceName(), config, site.parent());
    LinkSpec spec = child.spec();
    request.deadline().require("create \"%s\"".formatted(spec.name()));
    CreatedLink planned =
        CreatedLink.planned(
            request.requireNetns(), site.pod().id(), spec.name(), spec.kind(), child.mac());
    OpenRecord.Step step = steps.will(planned.toInverse());
    try {
      Link link = site.side().links().createIn(site.pod(), spec);
      step.refine(planned.withIndex(link.index()).data());
      return link;
    } catch (ErrnoException e) {
      throw refused(spec, site.pod(), e);
    }
  }

  private CniException refused(LinkSpec spec, NetworkNamespace pod, ErrnoException e) {
    if (e.is(Errno.EEXIST) && pod.links().find(spec.name().value()).isPresent()) {
      return new CniException(
          ErrorCode.INTERFACE_EXISTS,
          "create %s \"%s\" in the pod: a link of that name is there"
              .formatted(spec.kind(), spec.name()),
          "give the network another interface name",
          e);
    }
    return kind.refused(spec, e);
  }

  private CniResult addresses(PluginRequest request, AttachmentKey key, OpenRecord steps) {
    return kind.addressesBefore(request).orElseGet(() -> lease(request, key, steps));
  }

  private CniResult lease(PluginRequest request, AttachmentKey key, OpenRecord steps) {
    return ipam.allocateForLink(
        request,
        lease -> steps.will(new HeldLease(lease.dataDir(), lease.network(), key).toInverse()));
  }

  private static CniResult result(PluginRequest request, Link link, CniResult leased) {
    MacAddress mac = link.mac().orElseThrow(() -> new IllegalStateException(link + ": no MAC"));
    Interface attached =
        Interface.inContainer(link.name(), mac, link.mtu(), request.requireNetns().toString());
    return leased.onInterface(List.of(attached), 0).preferringDns(request.config().dns());
  }

  /**
   * Has the kernel tell the neighbours, if the kind does, whenever the link comes up or changes its
   * MAC. LinkAddressing sees to it for each family that has an address; the other one is for us.
   * Without any address the reference plugin leaves both alone.
   */
  private void announce(NetworkNamespace pod, Link link, CniResult result) {
    if (!kind.announcesByBothFamilies()) {
      return;
    }
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
