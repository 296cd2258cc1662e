package io.myriapod.base.sbr;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.rule.RuleEntry;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;

/** CHECK of the sbr plugin: every rule, and every route of its tables. */
final class SbrCheck {
  private final Node node;
  private final Journal journal;

  SbrCheck(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, SbrConfig config) {
    List<Address> addresses = SbrConfig.addresses(request, request.requirePrevResult());
    Findings findings = new Findings("check \"%s\"".formatted(request.interfaceName()));
    List<RoutedSources> done =
        journal
            .ofAttachment(new AttachmentKey(request.container(), request.interfaceName()))
            .stream()
            .flatMap(record -> RoutedSources.of(record).stream())
            .toList();
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      String name = request.interfaceName().value();
      Optional<Link> link = pod.links().find(name);
      findings.so(link.isPresent(), "link \"%s\" is not in the pod".formatted(name));
      RoutingState state = RoutingState.read(pod, link.map(Link::index).orElse(0));
      for (RoutedSources one : done) {
        compare(one, state, findings);
      }
      if (done.isEmpty() && link.isPresent()) {
        for (Address address : addresses) {
          look(config, address, link.get().index(), state, findings);
        }
      }
    }
    findings.raise();
  }

  private static void compare(RoutedSources done, RoutingState state, Findings findings) {
    for (RuleEntry rule : done.rules()) {
      Optional<RuleEntry> found =
          state.rules().stream()
              .filter(one -> one.plain() && one.source().equals(rule.source()))
              .filter(one -> one.table() == rule.table())
              .findFirst();
      findings.so(found.isPresent(), "rule %s is missing".formatted(rule.described()));
      found.ifPresent(
          one ->
              findings.same(
                  "priority of rule " + rule.described(), one.priority(), rule.priority()));
    }
    for (RouteEntry route : done.routes()) {
      findings.so(
          state.routes().stream().anyMatch(found -> isSame(route, found)),
          "route to %s is missing".formatted(shown(route)));
    }
    for (RouteEntry route : done.hints()) {
      findings.so(
          state.routes().stream()
              .anyMatch(found -> isSame(route, found) && route.source().equals(found.source())),
          "route to %s with the source %s is missing"
              .formatted(shown(route), IpAddresses.format(route.source().orElseThrow())));
    }
  }

  private static boolean isSame(RouteEntry wanted, RouteEntry found) {
    return found.table() == wanted.table()
        && found.type() == wanted.type()
        && found.destination().equals(wanted.destination())
        && found.linkIndex().equals(wanted.linkIndex())
        && found.gateway().equals(wanted.gateway())
        && SbrPlan.metric(found) == SbrPlan.metric(wanted);
  }

  private static String shown(RouteEntry route) {
    String via = route.gateway().map(gateway -> " via " + IpAddresses.format(gateway)).orElse("");
    return "%s%s in table %d".formatted(route.destination(), via, route.table());
  }

  /** Of what the journal does not know: a rule, and a way by the link in its table. */
  private static void look(
      SbrConfig config, Address address, int link, RoutingState state, Findings findings) {
    IpPrefix source = IpPrefix.host(address.address().address());
    Optional<RuleEntry> rule =
        state.rules().stream()
            .filter(one -> one.plain() && one.source().equals(Optional.of(source)))
            .filter(one -> config.table().map(table -> table == one.table()).orElse(true))
            .findFirst();
    findings.so(
        rule.isPresent(),
        "rule from %s%s is missing"
            .formatted(source, config.table().map(table -> " lookup " + table).orElse("")));
    rule.filter(one -> config.table().isEmpty())
        .ifPresent(
            one ->
                findings.so(
                    state.routes().stream()
                        .anyMatch(route -> route.table() == one.table() && route.leavesBy(link)),
                    "table %d has no route by the interface".formatted(one.table())));
  }
}
