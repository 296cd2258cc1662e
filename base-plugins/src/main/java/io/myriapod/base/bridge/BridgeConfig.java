package io.myriapod.base.bridge;

import io.myriapod.base.veth.VethUpkeep;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NodeOwnKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * The keys of a bridge config, as the reference plugin reads them, and {@code dad} of our own. Keys
 * that only newer reference plugins know send the request to the node's own binary before it gets
 * here, unless they ask for nothing.
 *
 * @param gateway the bridge gets the gateway's address
 * @param defaultGateway and the pod a default route to it
 * @param forceAddress another address of the bridge gives way
 * @param mtu empty: the kernel's default
 * @param mac of the pod's end; empty: chosen by us
 */
record BridgeConfig(
    InterfaceName bridge,
    boolean gateway,
    boolean defaultGateway,
    boolean forceAddress,
    boolean masquerade,
    Optional<Integer> mtu,
    boolean hairpin,
    boolean promiscuous,
    Optional<MacAddress> mac,
    DadPolicy dad) {
  private static final String DEFAULT_BRIDGE = "cni0";

  BridgeConfig {
    if (hairpin && promiscuous) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "\"hairpinMode\" and \"promiscMode\" are both true: want one of them at most",
          "frames would come back twice; remove one of the two keys");
    }
  }

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static BridgeConfig parse(PluginRequest request) {
    ConfigObject root = request.config().root();
    boolean defaultGateway = root.bool("isDefaultGateway", false);
    boolean gateway = root.bool("isGateway", false) || defaultGateway;
    NodeOwnKeys.requireNone(request.config());
    return new BridgeConfig(
        bridge(root),
        gateway,
        defaultGateway,
        root.bool("forceAddress", false),
        VethUpkeep.translates(request.config()),
        LinkMtu.in(root),
        root.bool("hairpinMode", false),
        root.bool("promiscMode", false),
        RequestedMac.of(request),
        dad(root, request.config(), root.bool("hairpinMode", false)));
  }

  static InterfaceName bridge(ConfigObject root) {
    String name = root.string("bridge").orElse(DEFAULT_BRIDGE);
    try {
      return new InterfaceName(name);
    } catch (IllegalArgumentException e) {
      throw root.invalid("bridge", name, "an interface name of at most 15 bytes");
    }
  }

  /**
   * {@code enabledad} of the reference means to wait, or not to detect; {@code dad} is finer. A
   * port in hairpin mode gets its own announcements back, which the kernel takes for another holder
   * of an optimistic address (ndisc_recv_na in net/ipv6/ndisc.c, seen on 6.18;
   * add_hairpinAndIpv6_addressIsUsable).
   */
  private static DadPolicy dad(ConfigObject root, NetworkConfig config, boolean hairpin) {
    Optional<Boolean> detect = root.bool("enabledad");
    DadPolicy own = DadPolicy.of(config);
    if (root.string("dad").isEmpty()) {
      DadPolicy usual = hairpin ? DadPolicy.NONE : own;
      return detect.map(on -> on ? DadPolicy.WAIT : DadPolicy.NONE).orElse(usual);
    }
    if (detect.filter(on -> on == (own == DadPolicy.NONE)).isPresent()) {
      throw root.impossible(
          "enabledad",
          "\"dad\" is \"%s\", which contradicts it: want one of the two keys"
              .formatted(root.string("dad").orElse("")));
    }
    if (hairpin && own == DadPolicy.OPTIMISTIC) {
      throw root.invalid("dad", "optimistic", "none or wait beside \"hairpinMode\": true");
    }
    return own;
  }
}
