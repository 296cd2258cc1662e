package io.myriapod.sriov;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.types.MacAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a config asks of the card.
 *
 * @param minTxRate Mbit/s; 0 for none
 * @param maxTxRate Mbit/s; 0 for none
 */
record WantedSettings(
    Optional<VfVlan> vlan,
    Optional<MacAddress> mac,
    Optional<Integer> minTxRate,
    Optional<Integer> maxTxRate,
    Optional<Boolean> spoofCheck,
    Optional<Boolean> trust,
    Optional<VfLinkState> linkState) {
  private static final int MAX_VLAN = 4094;
  private static final int MAX_QOS = 7;
  private static final Map<String, Integer> PROTOCOLS =
      Map.of("802.1q", VfVlan.DOT1Q, "802.1ad", VfVlan.DOT1AD);
  private static final Map<String, Boolean> SWITCH = Map.of("on", true, "off", false);
  private static final Map<String, VfLinkState> LINK_STATES =
      Map.of(
          "auto", VfLinkState.AUTO,
          "enable", VfLinkState.ENABLE,
          "disable", VfLinkState.DISABLE);

  /** Reads the keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static WantedSettings parse(ConfigObject root, Optional<MacAddress> mac) {
    Optional<Integer> min = root.integer("min_tx_rate", 0, Integer.MAX_VALUE);
    Optional<Integer> max = root.integer("max_tx_rate", 0, Integer.MAX_VALUE);
    if (min.isPresent() && max.filter(most -> most > 0 && most < min.get()).isPresent()) {
      throw root.impossible("min_tx_rate", "want at most \"max_tx_rate\", " + max.get());
    }
    return new WantedSettings(
        vlan(root),
        mac,
        min,
        max,
        root.oneOf("spoofchk", SWITCH),
        root.oneOf("trust", SWITCH),
        root.oneOf("link_state", LINK_STATES));
  }

  private static Optional<VfVlan> vlan(ConfigObject root) {
    Optional<Integer> id = root.integer("vlan", 0, MAX_VLAN);
    Optional<Integer> qos = root.integer("vlanQoS", 0, MAX_QOS);
    Optional<Integer> protocol = protocol(root);
    if (id.isEmpty() && qos.isPresent()) {
      throw root.impossible("vlanQoS", "want \"vlan\" beside it");
    }
    if (id.isEmpty() && protocol.isPresent()) {
      throw root.impossible("vlanProto", "want \"vlan\" beside it");
    }
    boolean untagged = id.equals(Optional.of(0));
    if (untagged && qos.filter(priority -> priority > 0).isPresent()) {
      throw root.impossible("vlanQoS", "want 0, since \"vlan\" is 0: there is no tag");
    }
    if (untagged && protocol.equals(Optional.of(VfVlan.DOT1AD))) {
      throw root.impossible("vlanProto", "want 802.1q, since \"vlan\" is 0: there is no tag");
    }
    return id.map(one -> new VfVlan(one, qos.orElse(0), protocol.orElse(VfVlan.DOT1Q)));
  }

  /** In any case. */
  private static Optional<Integer> protocol(ConfigObject root) {
    return root.string("vlanProto")
        .map(
            name ->
                Optional.ofNullable(PROTOCOLS.get(name.toLowerCase(Locale.ROOT)))
                    .orElseThrow(() -> root.invalid("vlanProto", name, "one of 802.1q, 802.1ad")));
  }

  boolean isEmpty() {
    return on(new VfRate(0, 0)).isEmpty();
  }

  /** Where only one bound is asked for the other one stays. */
  CardSettings on(VfRate former) {
    Optional<VfRate> rate =
        minTxRate.isEmpty() && maxTxRate.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new VfRate(minTxRate.orElse(former.min()), maxTxRate.orElse(former.max())));
    return new CardSettings(vlan, mac, rate, spoofCheck, trust, linkState);
  }
}
