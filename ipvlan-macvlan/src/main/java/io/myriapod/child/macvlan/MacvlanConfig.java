package io.myriapod.child.macvlan;

import io.myriapod.child.link.ChildConfig;
import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentSelector;
import io.myriapod.cni.config.ConfigObject;
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
    DadPolicy dad)
    implements ChildConfig {
  private static final long MAX_U32 = 0xffff_ffffL;
  private static final Map<String, MacvlanMode> MODES =
      Map.of(
          "bridge", MacvlanMode.BRIDGE,
          "private", MacvlanMode.PRIVATE,
          "vepa", MacvlanMode.VEPA,
          "passthru", MacvlanMode.PASSTHRU);

  static MacvlanConfig parse(ChildRequest request) {
    ConfigObject root = request.root();
    return new MacvlanConfig(
        ParentSelector.in(root),
        root.oneOf("mode", MODES).orElse(MacvlanMode.BRIDGE),
        LinkMtu.in(root),
        request.mac(),
        root.bool("linkInContainer", false),
        root.number("bcqueuelen", 0, MAX_U32).filter(length -> length > 0).map(Long::intValue),
        DadPolicy.of(request.config()));
  }
}
