package io.myriapod.base.bandwidth;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.linux.traffic.Qdisc;
import io.myriapod.linux.traffic.TokenBucket;
import io.myriapod.linux.traffic.Traffic;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets limits on a link, each step announced in the journal before it is done. */
final class Shaper {
  private static final Logger LOG = LoggerFactory.getLogger(Shaper.class);
  private static final int ETHERNET_HEADER = 14;

  private final ShapingPoint point;
  private final IfbIdentity identity;
  private final OpenRecord steps;
  private final Traffic traffic;

  Shaper(ShapingPoint point, IfbIdentity identity, OpenRecord steps) {
    this.point = point;
    this.identity = identity;
    this.steps = steps;
    this.traffic = point.namespace().traffic();
  }

  /** Whether a root discipline is such as {@link Traffic#limit} adds. */
  static boolean isOurRoot(Qdisc qdisc) {
    return qdisc.details() instanceof Qdisc.Tbf && qdisc.shownHandle().equals("1:");
  }

  /**
   * Looks whether the link's places are free.
   *
   * @throws CniException 105 naming the discipline that is in the way
   */
  void requireFree(BandwidthConfig config) {
    if (point.sends(config).isPresent()) {
      traffic
          .root(point.link())
          .filter(found -> !found.isDefault())
          .ifPresent(found -> refuse("sends", found, "root"));
    }
    if (point.receives(config).isPresent()) {
      traffic.ingress(point.link()).ifPresent(found -> refuse("receives", found, "ingress"));
    }
  }

  private void refuse(String what, Qdisc found, String place) {
    throw new CniException(
        ErrorCode.KERNEL_REFUSED,
        "limit what %s %s: its %s discipline is taken by \"%s\" %s"
            .formatted(point.shown(), what, place, found.kind(), found.shownHandle()),
        "whoever set it must remove it (`tc qdisc del dev %s %s`), or set the limit there"
            .formatted(point.link().name(), place));
  }

  /** Limits what the link sends. */
  void limitSent(TokenBucket bucket) {
    warnOfLargePackets(bucket);
    steps.will(AddedQdisc.planned(point, AddedQdisc.Place.ROOT).toInverse());
    told(
        () -> {
          traffic.limit(point.link(), bucket);
          return bucket;
        });
  }

  /**
   * Limits what the link receives.
   *
   * @return the ifb over which it goes
   */
  Link limitReceived(TokenBucket bucket) {
    warnOfLargePackets(bucket);
    Link ifb = told(this::createIfb);
    told(
        () -> {
          identity.alias().ifPresent(alias -> point.namespace().links().setAlias(ifb, alias));
          traffic.limit(ifb, bucket);
          return ifb;
        });
    startUp(ifb);
    steps.will(AddedQdisc.planned(point, AddedQdisc.Place.INGRESS).toInverse());
    return told(
        () -> {
          traffic.addIngress(point.link());
          traffic.redirectIngress(point.link(), ifb);
          return ifb;
        });
  }

  /** In a pod without IPv6 of its own: else the pod's multicast might leave by it. */
  private void startUp(Link ifb) {
    if (!point.onNode()) {
      point
          .namespace()
          .sysctls()
          .changeAll(Map.of(Sysctl.ofLink("ipv6", ifb.name(), "disable_ipv6"), "1"));
    }
    point.namespace().links().setUp(ifb);
  }

  private Link createIfb() {
    for (InterfaceName name : identity.names()) {
      Optional<Link> made = createIfb(name);
      if (made.isPresent()) {
        return made.get();
      }
    }
    throw new CniException(
        ErrorCode.INTERFACE_EXISTS,
        "create ifb for %s: there are links %s already".formatted(point.shown(), identity.names()),
        "they belong to another interface of the container on this network; delete that one, or"
            + " the links if nobody uses them");
  }

  /** Empty if the name is taken. What a lost record of this very attachment left gives way. */
  private Optional<Link> createIfb(InterfaceName name) {
    Links links = point.namespace().links();
    links.find(name.value()).filter(identity::isMarked).ifPresent(links::delete);
    if (links.find(name.value()).isPresent()) {
      return Optional.empty();
    }
    LinkSpec.Ifb spec =
        LinkSpec.Ifb.named(name)
            .withMac(MacAddress.random())
            .withMtu(point.link().mtu())
            .withTxQueueLength(0);
    CreatedLink planned = planned(spec);
    OpenRecord.Step step = steps.will(planned.toInverse());
    try {
      Link ifb = links.create(spec);
      step.refine(planned.withIndex(ifb.index()).data());
      return Optional.of(ifb);
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private CreatedLink planned(LinkSpec.Ifb spec) {
    return new CreatedLink(
        point.netns().map(Object::toString),
        Optional.of(point.namespace().id()),
        spec.name(),
        0,
        spec.kind(),
        spec.mac().orElseThrow());
  }

  private void warnOfLargePackets(TokenBucket bucket) {
    int largest = point.link().mtu() + ETHERNET_HEADER;
    if (bucket.largestPacket() < largest) {
      LOG.warn(
          "limit {}: packets of more than {} bytes never pass, and its MTU allows {}; want a"
              + " larger burst",
          point.shown(),
          bucket.largestPacket(),
          largest);
    }
  }

  /** Says which parts of the kernel are missing, if that is why it refused. */
  private <T> T told(Supplier<T> change) {
    try {
      return change.get();
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
      throw new CniException(
          ErrorCode.KERNEL_REFUSED,
          "limit bandwidth at %s: %s".formatted(point.shown(), e.getMessage()),
          "the node's kernel must have sch_tbf, sch_ingress, cls_u32, act_mirred and ifb: load"
              + " these modules",
          e);
    }
  }
}
