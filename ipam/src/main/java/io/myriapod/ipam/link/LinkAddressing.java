package io.myriapod.ipam.link;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.linux.address.Addresses;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.packet.PacketSender;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.route.Routes;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.IpPrefix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that puts a result on a link: settings, addresses, up, duplicate detection, routes,
 * announcements, in this order. One instance per process; thread-safe.
 */
public final class LinkAddressing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkAddressing.class);

  /** The reference waits as long for addresses to settle. */
  private static final Duration DAD_PATIENCE = Duration.ofSeconds(5);

  private static final Path PROC_SYS = Path.of("/proc/sys");

  private final ConflictWatcher conflicts;
  private final Announcer announcer = new Announcer();
  private volatile Optional<Boolean> knowsOptimistic = Optional.empty();

  /** The listener hears of duplicates found within three seconds after an optimistic ADD. */
  public LinkAddressing(ConflictListener listener) {
    this.conflicts = new ConflictWatcher(listener);
  }

  /** As {@link #configure(NetworkNamespace, Link, CniResult, DadPolicy, Deadline)}, in time. */
  public void configure(NetworkNamespace pod, Link link, CniResult result, DadPolicy dad) {
    configure(pod, link, result, dad, Deadline.in(DAD_PATIENCE));
  }

  /**
   * Puts addresses and routes on a link that is down, and brings it up; with nothing in the result
   * the link only comes up. Addresses of the result must name this link or none.
   *
   * @throws CniException 105 with the kernel's words, 107 for a duplicate under policy {@code wait}
   */
  public void configure(
      NetworkNamespace pod, Link link, CniResult result, DadPolicy dad, Deadline deadline) {
    told(pod, LinkPlan.strict(link, result), dad, deadline);
  }

  /**
   * As {@link #configure(NetworkNamespace, Link, CniResult, DadPolicy)} for a link whose far end is
   * the gateway and nobody else: there is a route to each gateway, and the rest of an address's
   * subnet is routed through its gateway.
   */
  public void configureRouted(NetworkNamespace pod, Link link, CniResult result, DadPolicy dad) {
    told(pod, LinkPlan.strict(link, result).asRouted(), dad, Deadline.in(DAD_PATIENCE));
  }

  private void told(NetworkNamespace pod, LinkPlan plan, DadPolicy dad, Deadline deadline) {
    try {
      apply(pod, plan, dad, deadline);
    } catch (ErrnoException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          "configure \"%s\": %s".formatted(plan.link().name(), e.getMessage()),
          "compare the addresses and routes of the network configuration with `ip address` and `ip route` in the pod",
          e);
    }
  }

  private void apply(NetworkNamespace pod, LinkPlan plan, DadPolicy asked, Deadline deadline) {
    DadPolicy dad = possible(pod, plan, asked);
    Optional<PacketSender> sender = enter(pod, plan, dad);
    try {
      Optional<NamespaceWatch> watch = watch(pod, plan, dad);
      try {
        addAndBringUp(pod, plan, dad, watch);
        if (dad == DadPolicy.WAIT && watch.isPresent()) {
          settle(pod, plan, watch.get(), deadline);
        }
        plan.routes().forEach(route -> add(pod.routes(), route));
        watch.ifPresent(events -> follow(pod, plan, dad, events));
      } catch (RuntimeException e) {
        watch.ifPresent(NamespaceWatch::close);
        throw e;
      }
    } catch (RuntimeException e) {
      sender.ifPresent(PacketSender::close);
      throw e;
    }
    sender.ifPresent(open -> announcer.announce(open, plan, dad));
  }

  /** One visit for both, which costs a thread: the settings, and the socket for announcements. */
  private static Optional<PacketSender> enter(NetworkNamespace pod, LinkPlan plan, DadPolicy dad) {
    if (plan.addresses().isEmpty()) {
      return Optional.empty();
    }
    return pod.visit(
        () -> {
          LinkSettings.apply(Sysctl.here(PROC_SYS), plan, dad);
          return plan.link().mac().map(mac -> PacketSender.open(plan.link().index()));
        });
  }

  private void follow(NetworkNamespace pod, LinkPlan plan, DadPolicy dad, NamespaceWatch watch) {
    if (dad == DadPolicy.OPTIMISTIC) {
      conflicts.follow(watch, pod.id(), plan);
    } else {
      watch.close();
    }
  }

  /**
   * Compares what is there with the request's previous result: the link is up, has every address
   * and its subnet's route, and every route leaves by it as it was wanted. A default route may have
   * been moved to any other link. What others added is no difference.
   */
  public void check(NetworkNamespace pod, Link link, PluginRequest request, Findings findings) {
    compare(pod, LinkPlan.of(link, request.requirePrevResult()), request, findings);
  }

  /** The same after {@link #configureRouted}. */
  public void checkRouted(
      NetworkNamespace pod, Link link, PluginRequest request, Findings findings) {
    compare(pod, LinkPlan.of(link, request.requirePrevResult()).asRouted(), request, findings);
  }

  private static void compare(
      NetworkNamespace pod, LinkPlan plan, PluginRequest request, Findings findings) {
    boolean tellsAll = request.config().cniVersion().atLeast(CniVersion.V1_0_0);
    LinkCheck.compare(pod, plan, tellsAll, findings);
  }

  /** A kernel without optimistic detection would drop the flag: its addresses are waited for. */
  private DadPolicy possible(NetworkNamespace pod, LinkPlan plan, DadPolicy asked) {
    if (asked != DadPolicy.OPTIMISTIC || !plan.hasV6()) {
      return asked;
    }
    if (knowsOptimistic.isEmpty()) {
      knowsOptimistic = Optional.of(LinkSettings.knowsOptimistic(pod.sysctls()));
    }
    return knowsOptimistic.get() ? asked : DadPolicy.WAIT;
  }

  /**
   * Addresses first, as the reference, so that the link is never up without them; but optimistic
   * ones last. Symptom when these are added to a link that is down: the kernel drops what is sent
   * to them until detection has ended, since the local route comes only then (seen on 6.18, {@code
   * Ip6InAddrErrors}; configure_optimistic_addressAnswersAtOnce).
   */
  private static void addAndBringUp(
      NetworkNamespace pod, LinkPlan plan, DadPolicy dad, Optional<NamespaceWatch> watch) {
    List<IpPrefix> after =
        plan.prefixes().stream()
            .filter(prefix -> prefix.isV6() && dad == DadPolicy.OPTIMISTIC)
            .toList();
    Addresses addresses = pod.addresses();
    int index = plan.link().index();
    boolean early = dad == DadPolicy.OPTIMISTIC && plan.hasV6();
    if (early) {
      EarlyLinkLocal.whileDown(pod, plan.link());
    }
    for (IpPrefix prefix : plan.prefixes()) {
      if (!after.contains(prefix)) {
        addresses.add(index, prefix, plan.flags(prefix, dad));
      }
    }
    pod.links().setUp(plan.link());
    watch.ifPresent(events -> LinkReady.await(pod, index, events));
    if (early) {
      EarlyLinkLocal.onceUp(pod, plan.link());
    }
    after.forEach(prefix -> addresses.add(index, prefix, plan.flags(prefix, dad)));
  }

  /** Opened before the addresses are added, so that no word about them is missed. */
  private static Optional<NamespaceWatch> watch(
      NetworkNamespace pod, LinkPlan plan, DadPolicy dad) {
    return plan.hasV6() && dad != DadPolicy.NONE
        ? Optional.of(pod.watch(NamespaceWatch.Topic.LINKS, NamespaceWatch.Topic.IPV6_ADDRESSES))
        : Optional.empty();
  }

  private static void settle(
      NetworkNamespace pod, LinkPlan plan, NamespaceWatch watch, Deadline deadline) {
    int index = plan.link().index();
    DadProgress progress = new DadProgress(index, plan.prefixes());
    progress.look(pod.addresses().list(index));
    Duration left = deadline.remaining();
    progress.await(
        watch,
        left.compareTo(DAD_PATIENCE) < 0 ? left : DAD_PATIENCE,
        () -> pod.addresses().list(index));
    if (!progress.duplicates().isEmpty()) {
      throw new CniException(
          ErrorCode.DUPLICATE_ADDRESS,
          "add address %s to \"%s\": another host on the link has it"
              .formatted(joined(progress.duplicates()), plan.link().name()),
          "find the other host with `ip -6 neigh`, or give the network other addresses");
    }
    if (!progress.isSettled()) {
      requireNoCarrier(pod, plan, progress);
    }
  }

  /** Without a carrier nobody can be asked; the reference lets this pass as well. */
  private static void requireNoCarrier(NetworkNamespace pod, LinkPlan plan, DadProgress progress) {
    if (pod.links().find(plan.link().index()).filter(Link::hasLowerUp).isPresent()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "add address %s to \"%s\": duplicate detection did not end in time"
              .formatted(joined(progress.pending()), plan.link().name()),
          "set \"dad\": \"optimistic\" or \"none\" in the network configuration");
    }
    LOG.warn(
        "addresses {} of {} are tentative: the link has no carrier",
        joined(progress.pending()),
        plan.link().name());
  }

  /**
   * A second route to a destination joins the first, as with the reference: IPv6 spreads over both,
   * in IPv4 the older one stays in use.
   */
  private static void add(Routes routes, RouteEntry route) {
    try {
      routes.add(route);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      LOG.warn("{}; it is added behind the one that is there", e.getMessage());
      routes.append(route);
    }
  }

  private static String joined(Collection<IpPrefix> prefixes) {
    return prefixes.stream().map(IpPrefix::toString).collect(Collectors.joining(" and "));
  }

  /** Ends watching and announcing. */
  @Override
  public void close() {
    announcer.close();
    conflicts.close();
  }
}
