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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares a link with what was once put on it; collects every difference. Addresses and routes
 * that others added are theirs.
 */
final class LinkCheck {
  private final LinkPlan plan;
  private final boolean tellsAll;
  private final Findings findings;

  private LinkCheck(LinkPlan plan, boolean tellsAll, Findings findings) {
    this.plan = plan;
    this.tellsAll = tellsAll;
    this.findings = findings;
  }

  /**
   * Adds every difference to the findings. Throws code 105 if the kernel cannot be asked.
   *
   * @param tellsAll see {@link RouteCheck}
   */
  static void compare(NetworkNamespace pod, LinkPlan plan, boolean tellsAll, Findings findings) {
    LinkCheck check = new LinkCheck(plan, tellsAll, findings);
    try {
      Optional<Link> link = pod.links().find(plan.link().index());
      check.up(link);
      if (link.isEmpty()) {
        return;
      }
      List<LinkAddress> addresses = pod.addresses().list(plan.link().index());
      check.addresses(addresses);
      if (!plan.routes().isEmpty() || !plan.prefixes().isEmpty()) {
        Set<IpPrefix> destinations = check.destinations();
        List<RouteEntry> routes =
            pod.routes().listAll(route -> destinations.contains(route.destination()));
        check.ownSubnets(addresses, routes);
        check.routes(routes);
      }
    } catch (ErrnoException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          "check \"%s\": %s".formatted(plan.link().name(), e.getMessage()),
          "",
          e);
    }
  }

  private Set<IpPrefix> destinations() {
    return Stream.concat(
            plan.routes().stream(), plan.prefixes().stream().map(prefix -> RouteEntry.to(prefix)))
        .map(RouteEntry::destination)
        .collect(Collectors.toSet());
  }

  private void up(Optional<Link> link) {
    String subject = "link \"%s\"".formatted(plan.link().name());
    if (link.isEmpty()) {
      findings.add(subject + " is gone");
    } else if (!link.get().isUp()) {
      findings.add(subject + " is down");
    }
  }

  private void addresses(List<LinkAddress> present) {
    for (IpPrefix wanted : plan.prefixes()) {
      of(present, wanted)
          .ifPresentOrElse(
              found -> compare(wanted, found), () -> findings.add(missing(wanted, present)));
    }
  }

  private static Optional<LinkAddress> of(List<LinkAddress> present, IpPrefix wanted) {
    return present.stream().filter(one -> one.prefix().equals(wanted)).findFirst();
  }

  private void compare(IpPrefix wanted, LinkAddress found) {
    if (found.has(AddressFlag.DAD_FAILED)) {
      findings.add("address %s is used by another host".formatted(wanted));
    }
    if (found.lifetime().isPresent()) {
      findings.add("address %s expires: want it for ever".formatted(wanted));
    }
  }

  private static String missing(IpPrefix wanted, List<LinkAddress> present) {
    String otherwise =
        present.stream()
            .filter(one -> one.address().equals(wanted.address()))
            .map(one -> "; there is " + one.prefix())
            .collect(Collectors.joining());
    return "address %s is missing%s".formatted(wanted, otherwise);
  }

  /** The route that the kernel adds with an address; who moved it into another table knows why. */
  private void ownSubnets(List<LinkAddress> addresses, List<RouteEntry> routes) {
    for (IpPrefix wanted : plan.prefixes()) {
      boolean comesWithTheAddress =
          of(addresses, wanted).filter(one -> !one.has(AddressFlag.NO_PREFIX_ROUTE)).isPresent()
              && wanted.length() < IpAddresses.bits(wanted.address());
      RouteEntry route = RouteEntry.to(wanted).withLink(plan.link().index());
      if (comesWithTheAddress && new RouteCheck(route, false).candidates(routes).isEmpty()) {
        findings.add("route to the address's own subnet %s is missing".formatted(wanted.network()));
      }
    }
  }

  private void routes(List<RouteEntry> present) {
    for (RouteEntry wanted : plan.routes()) {
      new RouteCheck(wanted, tellsAll).difference(present).ifPresent(findings::add);
    }
  }
}
