package io.myriapod.linux.link;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.linux.netlink.RouteSocket;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Deletes several links by one request. A link's deletion waits for RCU grace periods, some 15 ms;
 * RTM_DELLINK by IFLA_GROUP (rtnl_group_dellink in net/core/rtnetlink.c) waits once for all.
 */
final class GroupDelete {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RouteSocket socket;
  private final BooleanSupplier shared;

  GroupDelete(RouteSocket socket, BooleanSupplier shared) {
    this.socket = socket;
    this.shared = shared;
  }

  /**
   * @param present all links of the namespace, for a group that none of them is in
   * @return those that are still there, with the reason
   */
  Map<Link, ErrnoException> delete(List<Link> links, List<Link> present) {
    Set<Integer> indexes = present.stream().map(Link::index).collect(Collectors.toSet());
    List<Link> there = links.stream().filter(link -> indexes.contains(link.index())).toList();
    if (there.size() < 2 || shared.getAsBoolean()) {
      return oneByOne(there);
    }
    int group = freshGroup(present);
    List<Link> grouped = there.stream().filter(link -> join(link, group)).toList();
    String call = "delete " + grouped.size() + " links as a group";
    if (grouped.isEmpty() || attempt(call, LinkRequests.deleteGroup(group)).isPresent()) {
      return oneByOne(there);
    }
    return oneByOne(there.stream().filter(link -> !grouped.contains(link)).toList());
  }

  private static int freshGroup(List<Link> present) {
    Set<Integer> used = present.stream().map(Link::group).collect(Collectors.toSet());
    while (true) {
      int group = RANDOM.nextInt() & Integer.MAX_VALUE;
      if (group != 0 && !used.contains(group)) {
        return group;
      }
    }
  }

  private boolean join(Link link, int group) {
    return attempt(
            "set group of link \"" + link.name() + "\"",
            LinkRequests.change(link.index()).u32(Ifla.GROUP, group))
        .isEmpty();
  }

  private Map<Link, ErrnoException> oneByOne(List<Link> links) {
    Map<Link, ErrnoException> failures = new LinkedHashMap<>();
    for (Link link : links) {
      attempt("delete link \"" + link.name() + "\"", LinkRequests.delete(link.index()))
          .filter(e -> !e.is(Errno.ENODEV))
          .ifPresent(e -> failures.put(link, e));
    }
    failures.keySet().forEach(link -> join(link, link.group())); // no trace of the try
    return failures;
  }

  private Optional<ErrnoException> attempt(String call, NetlinkRequest request) {
    try {
      socket.execute(call, request);
      return Optional.empty();
    } catch (ErrnoException e) {
      return Optional.of(e);
    }
  }
}
