package io.myriapod.linux.traffic;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.netlink.RouteSocket;
import java.util.List;
import java.util.Optional;

/**
 * Queueing disciplines and filters of the links of one namespace. Everything throws {@link
 * ErrnoException} with the kernel's words when refused; ENOENT if it has no such discipline, filter
 * or action. Links go by their index.
 */
public final class Traffic {
  /** A pod sets as many filters as it likes. */
  private static final int MOST_FILTERS = 256;

  private final RouteSocket socket;

  /**
   * @param socket a socket of the namespace; stays its opener's to close
   */
  public Traffic(RouteSocket socket) {
    this.socket = socket;
  }

  /**
   * Limits what the link sends.
   *
   * @throws ErrnoException EEXIST if there is a root discipline other than the kernel's default
   */
  public void limit(Link link, TokenBucket bucket) {
    socket.execute(
        "add token bucket to " + quoted(link), TrafficRequests.addTbf(link.index(), bucket));
  }

  /**
   * Makes place for filters of what the link receives.
   *
   * @throws ErrnoException EEXIST if there is such a place, ingress or clsact
   */
  public void addIngress(Link link) {
    socket.execute(
        "add ingress discipline to " + quoted(link), TrafficRequests.addIngress(link.index()));
  }

  /**
   * Sends what the link receives out by another one; an ifb gives it back to the first, as
   * received, when its own root discipline lets it pass. The link needs an ingress discipline.
   */
  public void redirectIngress(Link link, Link to) {
    socket.execute(
        "redirect what " + quoted(link) + " receives to \"" + to.name() + "\"",
        TrafficRequests.redirectIngress(link.index(), to.index()));
  }

  /** The discipline that the link sends by; empty while it has none: before it was ever up. */
  public Optional<Qdisc> root(Link link) {
    return find("find root discipline of " + quoted(link), link, Tca.ROOT);
  }

  /** The ingress or clsact discipline. */
  public Optional<Qdisc> ingress(Link link) {
    return find("find ingress discipline of " + quoted(link), link, Tca.INGRESS);
  }

  private Optional<Qdisc> find(String call, Link link, int parent) {
    try {
      return socket
          .answer(call, TrafficRequests.get(link.index(), parent))
          .map(TrafficDecoder::qdisc);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The filters of what the link receives, in the kernel's order; empty without a place. */
  public List<IngressFilter> ingressFilters(Link link) {
    return socket
        .dump(
            "list ingress filters of " + quoted(link),
            TrafficRequests.ingressFilters(link.index()),
            MOST_FILTERS)
        .stream()
        .map(TrafficDecoder::filter)
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Removes the root discipline; the kernel's default comes back.
   *
   * @throws ErrnoException ENOENT if it is the default, ENODEV if the link is gone
   */
  public void deleteRoot(Link link) {
    socket.execute(
        "delete root discipline of " + quoted(link), TrafficRequests.deleteRoot(link.index()));
  }

  /**
   * Removes the ingress discipline with its filters.
   *
   * @throws ErrnoException ENOENT or EINVAL if there is none, ENODEV if the link is gone
   */
  public void deleteIngress(Link link) {
    socket.execute(
        "delete ingress discipline of " + quoted(link),
        TrafficRequests.deleteIngress(link.index()));
  }

  private static String quoted(Link link) {
    return "link \"" + link.name() + "\"";
  }
}
