package io.myriapod.child.ipvlan;

import io.myriapod.child.link.ChildConfig;
import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentSelector;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.RequestedMac;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.linux.link.IpvlanFlag;
import io.myriapod.linux.link.IpvlanMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of an ipvlan config, as the reference plugin reads them, and {@code flag} and {@code
 * dad} of our own.
 *
 * @param mtu empty: as the parent's
 */
record IpvlanConfig(
    ParentSelector parent,
    IpvlanMode mode,
    IpvlanFlag flag,
    Optional<Integer> mtu,
    boolean linkInContainer,
    DadPolicy dad)
    implements ChildConfig {
  private static final String PARENTS_MAC = "an ipvlan has its parent's MAC address";
  private static final Map<String, IpvlanMode> MODES =
      Map.of("l2", IpvlanMode.L2, "l3", IpvlanMode.L3, "l3s", IpvlanMode.L3S);
  private static final Map<String, IpvlanFlag> FLAGS =
      Map.of("bridge", IpvlanFlag.BRIDGE, "private", IpvlanFlag.PRIVATE, "vepa", IpvlanFlag.VEPA);

  static IpvlanConfig parse(ChildRequest request) {
    ConfigObject root = request.root();
    requireNoMac(request);
    return new IpvlanConfig(
        parent(request),
        root.oneOf("mode", MODES).orElse(IpvlanMode.L2),
        root.oneOf("flag", FLAGS).orElse(IpvlanFlag.BRIDGE),
        LinkMtu.in(root),
        root.bool("linkInContainer", false),
        DadPolicy.of(request.config()));
  }

  private static void requireNoMac(ChildRequest request) {
    NetworkConfig config = request.config();
    for (ConfigObject place : List.of(config.root(), config.args(), config.runtimeConfig())) {
      if (RequestedMac.in(place).isPresent()) {
        throw place.impossible("mac", PARENTS_MAC);
      }
    }
    request
        .mac()
        .ifPresent(
            mac -> {
              throw CniArgs.invalid("MAC", mac.toString(), "none: " + PARENTS_MAC);
            });
  }

  /** Behind another plugin the one link that it made, as the reference plugin has it. */
  private static ParentSelector parent(ChildRequest request) {
    ParentSelector parent = ParentSelector.in(request.root());
    if (!(parent instanceof ParentSelector.ByDefaultRoute) || request.before().isEmpty()) {
      return parent;
    }
    List<String> names =
        request.before().map(CniResult::interfaces).orElse(List.of()).stream()
            .map(Interface::name)
            .toList();
    return new ParentSelector.ByEarlierResult(names);
  }
}
