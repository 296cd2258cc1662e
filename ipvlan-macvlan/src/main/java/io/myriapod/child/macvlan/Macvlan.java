package io.myriapod.child.macvlan;

import io.myriapod.child.link.ChildKind;
import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentPlace;
import io.myriapod.child.link.Siblings;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.linux.link.MacvlanMode;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Optional;
import java.util.Set;

/** A child with a MAC address of its own. */
public final class Macvlan implements ChildKind<MacvlanConfig> {
  public static final String TYPE = "macvlan";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public MacvlanConfig parse(ChildRequest request) {
    return MacvlanConfig.parse(request);
  }

  @Override
  public void requireFit(MacvlanConfig config, Link parent, ParentPlace place, Siblings siblings) {
    place.requireNoPort(parent);
    if (config.mode() != MacvlanMode.PASSTHRU) {
      place.requireOtherMacs(parent);
    }
    // a passthru macvlan takes every frame of its parent: the node would be off its network
    if (config.mode() == MacvlanMode.PASSTHRU
        && !config.linkInContainer()
        && place.isUplink(parent)) {
      throw place.unusable(
          parent,
          "carries the default route: mode \"passthru\" would take it from the node",
          "set \"mode\" to \"bridge\", or \"master\" to a link that the node can spare");
    }
    siblings
        .inPods(Set.of("ipvlan"), link -> true)
        .ifPresent(
            ipvlan -> {
              throw place.unusable(
                  parent,
                  "has an %s: the kernel gives a parent to macvlan or to ipvlan".formatted(ipvlan),
                  "set \"master\" to another link, or use ipvlan for both");
            });
  }

  /** With a MAC in any case, by which an undo knows the link again. */
  @Override
  public Child child(InterfaceName name, MacvlanConfig config, Link parent) {
    MacAddress mac = mac(config, parent);
    LinkSpec.Macvlan plain = LinkSpec.Macvlan.on(parent, name, config.mode()).withMac(mac);
    LinkSpec.Macvlan sized = config.mtu().map(plain::withMtu).orElse(plain);
    return new Child(
        config.broadcastQueueLength().map(sized::withBroadcastQueueLength).orElse(sized), mac);
  }

  /** A passthru link has its parent's; the kernel overrides any other. */
  private static MacAddress mac(MacvlanConfig config, Link parent) {
    if (config.mode() == MacvlanMode.PASSTHRU && parent.mac().isPresent()) {
      return parent.mac().get();
    }
    return config.mac().orElseGet(MacAddress::random);
  }

  @Override
  public boolean announcesByBothFamilies() {
    return true;
  }

  @Override
  public CniException refused(LinkSpec spec, ErrnoException refusal) {
    if (refusal.is(Errno.EBUSY)) {
      return new CniException(
          ErrorCode.PARENT_UNUSABLE,
          refusal.getMessage(),
          "the parent is in use by a bridge, bond, ipvlan or passthru macvlan; name another one",
          refusal);
    }
    return ChildKind.super.refused(spec, refusal);
  }

  @Override
  public void compare(Link link, MacvlanConfig config, Findings findings) {
    String subject = " of link \"%s\"".formatted(link.name());
    findings.same("mode" + subject, link.macvlanMode(), Optional.of(config.mode()));
    config
        .broadcastQueueLength()
        .ifPresent(
            length ->
                findings.same(
                    "bcqueuelen" + subject,
                    link.macvlanBroadcastQueueLength(),
                    Optional.of(length)));
  }
}
