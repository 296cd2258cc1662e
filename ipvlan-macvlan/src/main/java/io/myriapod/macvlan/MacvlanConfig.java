package io.myriapod.macvlan;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.linux.link.MacvlanMode;
import io.myriapod.types.MacAddress;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of a macvlan config, as the reference plugin reads them, and {@code dad} of our own.
 *
 * @param mtu empty: as the parent's
 * @param mac empty: chosen by us
 * @param broadcastQueueLength an unsigned number; empty: the kernel's default
 */
record MacvlanConfig(
    ParentSelector parent,
    MacvlanMode mode,
    Optional<Integer> mtu,
    Optional<MacAddress> mac,
    boolean linkInContainer,
    Optional<Integer> broadcastQueueLength,
    DadPolicy dad) {
  private static final long MAX_U32 = 0xffff_ffffL;
  private static final Map<String, MacvlanMode> MODES =
      Map.of(
          "bridge", MacvlanMode.BRIDGE,
          "private", MacvlanMode.PRIVATE,
          "vepa", MacvlanMode.VEPA,
          "passthru", MacvlanMode.PASSTHRU);

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static MacvlanConfig parse(PluginRequest request) {
    ConfigObject root = request.config().root();
    return new MacvlanConfig(
        parent(root),
        root.oneOf("mode", MODES).orElse(MacvlanMode.BRIDGE),
        LinkMtu.in(root),
        RequestedMac.orConfigured(request),
        root.bool("linkInContainer", false),
        root.number("bcqueuelen", 0, MAX_U32).filter(length -> length > 0).map(Long::intValue),
        DadPolicy.of(request.config()));
  }

  static ParentSelector parent(ConfigObject root) {
    String master = root.string("master").orElse("");
    try {
      return ParentSelector.parse(master);
    } catch (IllegalArgumentException e) {
      throw root.invalid(
          "master",
          master,
          "a link's name, its MAC address, its PCI address, or nothing for the default route's link");
    }
  }
}
