package io.myriapod.child.ipvlan;

import io.myriapod.child.link.ChildKind;
import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentPlace;
import io.myriapod.child.link.Sibling;
import io.myriapod.child.link.Siblings;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.IpvlanFlag;
import io.myriapod.linux.link.IpvlanMode;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkDetails;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A child that shares its parent's MAC address. */
public final class Ipvlan implements ChildKind<IpvlanConfig> {
  public static final String TYPE = "ipvlan";

  /** They and ipvlan each want all frames of the parent for themselves. */
  private static final Set<String> OTHERS = Set.of("macvlan", "macvtap");

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public IpvlanConfig parse(ChildRequest request) {
    return IpvlanConfig.parse(request);
  }

  @Override
  public void requireFit(IpvlanConfig config, Link parent, ParentPlace place, Siblings siblings) {
    place.requireNoPort(parent);
    if (parent.isKind(TYPE)) {
      throw place.unusable(
          parent, "is an ipvlan itself", "set \"master\" to the link that it is made on");
    }
    siblings
        .any(OTHERS, link -> true)
        .or(() -> ofItsKind(siblings).filter(sibling -> clashes(sibling.link(), config)))
        .ifPresent(
            sibling -> {
              throw inTheWay(sibling, config, parent, place);
            });
  }

  /** Any stands for all: the kernel keeps one mode and flag per parent. */
  private static Optional<Sibling> ofItsKind(Siblings siblings) {
    return siblings.any(Set.of(TYPE), link -> true);
  }

  private static CniException inTheWay(
      Sibling sibling, IpvlanConfig config, Link parent, ParentPlace place) {
    if (!(sibling.link().details() instanceof LinkDetails.Ipvlan other)) {
      return place.unusable(
          parent,
          "has a %s: the kernel gives a parent to macvlan or to ipvlan".formatted(sibling),
          "set \"master\" to another link, or use macvlan for both");
    }
    return place.unusable(
        parent,
        "has an %s in mode %s: mode %s would become that of both"
            .formatted(
                sibling,
                shown(other.mode(), other.flag()),
                shown(Optional.of(config.mode()), Optional.of(config.flag()))),
        "the kernel keeps one \"mode\" and \"flag\" per parent: use the same, or another \"master\"");
  }

  private static boolean clashes(Link link, IpvlanConfig config) {
    return link.details() instanceof LinkDetails.Ipvlan other && !other.equals(wanted(config));
  }

  private static LinkDetails.Ipvlan wanted(IpvlanConfig config) {
    return new LinkDetails.Ipvlan(Optional.of(config.mode()), Optional.of(config.flag()));
  }

  private static String shown(Optional<IpvlanMode> mode, Optional<IpvlanFlag> flag) {
    return (mode.map(IpvlanMode::name).orElse("?") + " " + flag.map(IpvlanFlag::name).orElse("?"))
        .toLowerCase(Locale.ROOT);
  }

  /** The mode of all ipvlans of the parent becomes that of the newest. */
  @Override
  public boolean changesSiblings() {
    return true;
  }

  @Override
  public Child child(InterfaceName name, IpvlanConfig config, Link parent) {
    LinkSpec.Ipvlan plain = LinkSpec.Ipvlan.on(parent, name, config.mode(), config.flag());
    MacAddress mac = parent.mac().orElseThrow(() -> new IllegalStateException(parent + ": no MAC"));
    return new Child(config.mtu().map(plain::withMtu).orElse(plain), mac);
  }

  /** A config without {@code ipam} takes over the addresses of the plugin before it. */
  @Override
  public Optional<CniResult> addressesBefore(PluginRequest request) {
    boolean leases = request.config().ipam().flatMap(ipam -> ipam.string("type")).isPresent();
    return leases
        ? Optional.empty()
        : request.prevResult().filter(before -> !before.addresses().isEmpty());
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
          "the parent is in use by a macvlan, bridge or bond, maybe in another namespace; name another one",
          refusal);
    }
    return ChildKind.super.refused(spec, refusal);
  }

  @Override
  public void compare(Link link, IpvlanConfig config, Findings findings) {
    String subject = " of link \"%s\"".formatted(link.name());
    if (link.details() instanceof LinkDetails.Ipvlan details) {
      findings.same("mode" + subject, details.mode(), Optional.of(config.mode()));
      findings.same("flag" + subject, details.flag(), Optional.of(config.flag()));
    }
  }
}
