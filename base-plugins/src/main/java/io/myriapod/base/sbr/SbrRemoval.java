package io.myriapod.base.sbr;

import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.rule.RuleEntry;
import io.myriapod.types.IpPrefix;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DEL of what the journal does not know. */
final class SbrRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(SbrRemoval.class);

  private SbrRemoval() {}

  /**
   * Removes the rules from the interface's addresses, those that it has and those that {@code
   * prevResult} tells of, and the routes by the interface in these rules' tables.
   */
  static void run(PluginRequest request, NetworkNamespace pod) {
    Optional<Link> link = pod.links().find(request.interfaceName().value());
    try {
      remove(request, pod, link);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOBUFS)) {
        throw e;
      }
      // a pod must not keep itself from being deleted: all of it goes with the pod
      LOG.warn("remove rules of \"{}\": {}", request.interfaceName(), e.getMessage());
    }
  }

  private static void remove(PluginRequest request, NetworkNamespace pod, Optional<Link> link) {
    RoutingState state = RoutingState.read(pod, link.map(Link::index).orElse(0));
    Set<IpPrefix> sources = sources(request, pod, link);
    Set<RuleEntry> own =
        state.rules().stream()
            .filter(rule -> rule.plain() && !SbrConfig.isKernels(rule.table()))
            .filter(rule -> rule.source().filter(sources::contains).isPresent())
            .collect(Collectors.toSet());
    own.forEach(rule -> SbrUndo.unlessAbsent(() -> pod.rules().delete(rule)));
    Set<Integer> tables = own.stream().map(RuleEntry::table).collect(Collectors.toSet());
    link.ifPresent(
        found ->
            state.routes().stream()
                .filter(route -> tables.contains(route.table()))
                .filter(route -> route.linkIndex().filter(i -> i == found.index()).isPresent())
                .forEach(route -> SbrUndo.unlessAbsent(() -> pod.routes().delete(route))));
  }

  private static Set<IpPrefix> sources(
      PluginRequest request, NetworkNamespace pod, Optional<Link> link) {
    Set<IpPrefix> sources = new HashSet<>();
    String name = request.interfaceName().value();
    request.prevResult().ifPresent(previous -> addTold(previous, name, sources));
    link.ifPresent(
        found ->
            pod.addresses().list(found.index()).stream()
                .map(LinkAddress::address)
                .map(IpPrefix::host)
                .forEach(sources::add));
    return sources;
  }

  private static void addTold(CniResult previous, String name, Set<IpPrefix> sources) {
    previous.addresses().stream()
        .filter(address -> SbrConfig.isOn(address, name, previous))
        .map(address -> IpPrefix.host(address.address().address()))
        .forEach(sources::add);
  }
}
