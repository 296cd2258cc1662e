package io.myriapod.ipam.link;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;

/** Compares a link with what was once put on it; collects every difference. */
final class LinkCheck {
  private final LinkPlan plan;
  private final Findings findings;

  private LinkCheck(LinkPlan plan) {
    this.plan = plan;
    this.findings = new Findings("check \"%s\"".formatted(plan.link().name()));
  }

  /** Throws code 106 naming every difference. */
  static void require(NetworkNamespace pod, LinkPlan plan) {
    LinkCheck check = new LinkCheck(plan);
    try {
      check.up(pod.links().find(plan.link().index()));
      check.addresses(pod.addresses().list(plan.link().index()));
      if (!plan.routes().isEmpty()) {
        check.routes(pod.routes().listAll());
      }
    } catch (ErrnoException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          "check \"%s\": %s".formatted(plan.link().name(), e.getMessage()),
          "",
          e);
    }
    check.findings.raise();
  }

  private void up(Optional<Link> link) {
    if (link.isEmpty()) {
      findings.add("the link is gone");
    } else if (!link.get().isUp()) {
      findings.add("the link is down");
    }
  }

  private void addresses(List<LinkAddress> present) {
    for (IpPrefix wanted : plan.prefixes()) {
      Optional<LinkAddress> found =
          present.stream().filter(address -> address.prefix().equals(wanted)).findFirst();
      if (found.isEmpty()) {
        findings.add("address %s is missing".formatted(wanted));
      } else if (found.get().has(AddressFlag.DAD_FAILED)) {
        findings.add("address %s is used by another host".formatted(wanted));
      }
    }
  }

  private void routes(List<RouteEntry> present) {
    for (RouteEntry wanted : plan.routes()) {
      if (present.stream().noneMatch(route -> matches(wanted, route))) {
        findings.add(
            "route to %s%s is missing"
                .formatted(
                    wanted.destination(),
                    wanted.gateway().map(gw -> " via " + IpAddresses.format(gw)).orElse("")));
      }
    }
  }

  /** A table is compared only if the result named one: a chained plugin may move routes. */
  private static boolean matches(RouteEntry wanted, RouteEntry found) {
    if (!found.destination().equals(wanted.destination()) || found.type() != wanted.type()) {
      return false;
    }
    boolean sameTable = wanted.table() == RouteEntry.MAIN_TABLE || wanted.table() == found.table();
    if (wanted.isDefault()) {
      return sameTable;
    }
    return sameTable
        && wanted.linkIndex().filter(found::leavesBy).isPresent()
        && sameGateway(wanted, found)
        && isAsWanted(wanted.priority(), found.priority())
        && isAsWanted(wanted.mtu(), found.mtu())
        && isAsWanted(wanted.advmss(), found.advmss())
        && isAsWanted(wanted.scope(), found.scope(), wanted.isV6());
  }

  private static boolean sameGateway(RouteEntry wanted, RouteEntry found) {
    return found.nextHops().isEmpty()
        ? wanted.gateway().equals(found.gateway())
        : found.nextHops().stream().anyMatch(hop -> hop.gateway().equals(wanted.gateway()));
  }

  private static boolean isAsWanted(Optional<Integer> wanted, Optional<Integer> found) {
    return wanted.isEmpty() || wanted.equals(found);
  }

  /** IPv6 has no scopes: what was asked for is not kept. */
  private static boolean isAsWanted(
      Optional<Integer> wanted, Optional<Integer> found, boolean notKept) {
    return notKept || isAsWanted(wanted, found);
  }
}
