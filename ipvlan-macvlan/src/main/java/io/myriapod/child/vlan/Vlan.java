package io.myriapod.child.vlan;

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
import io.myriapod.linux.link.LinkDetails;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Optional;
import java.util.Set;

/** The frames of a parent that carry one tag. */
public final class Vlan implements ChildKind<VlanConfig> {
  public static final String TYPE = "vlan";

  private static final String ONE_EACH =
      "a parent has each VLAN once, in whichever pod: use another \"vlanId\", or make the VLAN on the node and macvlans on it";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public VlanConfig parse(ChildRequest request) {
    return VlanConfig.parse(request);
  }

  /** A bridge or bond is no hindrance: tagged frames are taken off before it sees them. */
  @Override
  public void requireFit(VlanConfig config, Link parent, ParentPlace place, Siblings siblings) {
    siblings
        .any(Set.of(TYPE), link -> isSame(link, config))
        .ifPresent(
            taken -> {
              throw place.unusable(
                  parent, "has VLAN %d already: %s".formatted(config.id(), taken), ONE_EACH);
            });
  }

  /** The pod that has the VLAN is no fault of the node. */
  @Override
  public void requireUsable(VlanConfig config, Link parent, ParentPlace place, Siblings siblings) {}

  private static boolean isSame(Link link, VlanConfig config) {
    return link.details() instanceof LinkDetails.Vlan other
        && other.id() == config.id()
        && other.protocol().equals(Optional.of(config.protocol()));
  }

  @Override
  public Child child(InterfaceName name, VlanConfig config, Link parent) {
    LinkSpec.Vlan plain =
        LinkSpec.Vlan.on(parent, name, config.protocol(), config.id()).withQos(config.qos());
    LinkSpec.Vlan sized = config.mtu().map(plain::withMtu).orElse(plain);
    MacAddress mac =
        config
            .mac()
            .or(parent::mac)
            .orElseThrow(() -> new IllegalStateException(parent + ": no MAC"));
    return new Child(config.mac().map(sized::withMac).orElse(sized), mac);
  }

  @Override
  public boolean announcesByBothFamilies() {
    return false;
  }

  @Override
  public CniException refused(LinkSpec spec, ErrnoException refusal) {
    if (refusal.is(Errno.EEXIST)) {
      return new CniException(ErrorCode.PARENT_UNUSABLE, refusal.getMessage(), ONE_EACH, refusal);
    }
    return ChildKind.super.refused(spec, refusal);
  }

  @Override
  public void compare(Link link, VlanConfig config, Findings findings) {
    String subject = " of link \"%s\"".formatted(link.name());
    if (link.details() instanceof LinkDetails.Vlan details) {
      findings.same("VLAN id" + subject, details.id(), config.id());
      findings.same("protocol" + subject, details.protocol(), Optional.of(config.protocol()));
      findings.same("ingressQosMap" + subject, details.qos().ingress(), config.qos().ingress());
      findings.same("egressQosMap" + subject, details.qos().egress(), config.qos().egress());
    }
  }
}
