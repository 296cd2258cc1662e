package io.myriapod.child.vlan;

import io.myriapod.child.link.ChildConfig;
import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentSelector;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.linux.link.VlanProtocol;
import io.myriapod.linux.link.VlanQos;
import io.myriapod.types.MacAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of a vlan config, as the reference plugin reads them, and {@code vlanProto}, {@code
 * ingressQosMap}, {@code egressQosMap}, {@code mac} and {@code dad} of our own.
 *
 * @param id 0 to 4094
 * @param mtu empty: as the parent's
 * @param mac empty: the parent's
 */
record VlanConfig(
    ParentSelector parent,
    int id,
    VlanProtocol protocol,
    VlanQos qos,
    Optional<Integer> mtu,
    Optional<MacAddress> mac,
    boolean linkInContainer,
    DadPolicy dad)
    implements ChildConfig {
  private static final int MAX_ID = 4094;
  private static final Map<String, VlanProtocol> PROTOCOLS =
      Map.of("802.1q", VlanProtocol.DOT1Q, "802.1ad", VlanProtocol.DOT1AD);

  static VlanConfig parse(ChildRequest request) {
    ConfigObject root = request.root();
    ParentSelector parent = ParentSelector.in(root);
    if (parent instanceof ParentSelector.ByDefaultRoute) {
      throw root.missing("master", "the link that carries the VLAN");
    }
    return new VlanConfig(
        parent,
        root.integer("vlanId", 0, MAX_ID)
            .orElseThrow(() -> root.missing("vlanId", "a whole number from 0 to " + MAX_ID)),
        protocol(root),
        new VlanQos(
            PriorityMap.toPacket(root, "ingressQosMap"), PriorityMap.toTag(root, "egressQosMap")),
        LinkMtu.in(root),
        request.mac(),
        root.bool("linkInContainer", false),
        DadPolicy.of(request.config()));
  }

  /** In any case, as sriov-cni reads its key of the same name. */
  private static VlanProtocol protocol(ConfigObject root) {
    String name = root.string("vlanProto").orElse("802.1q");
    return Optional.ofNullable(PROTOCOLS.get(name.toLowerCase(Locale.ROOT)))
        .orElseThrow(() -> root.invalid("vlanProto", name, "one of 802.1q, 802.1ad"));
  }
}
