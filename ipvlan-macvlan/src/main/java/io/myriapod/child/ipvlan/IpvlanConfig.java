package io.myriapod.child.ipvlan;

import io.myriapod.child.link.ChildConfig;
import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentSelector;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.linux.link.IpvlanFlag;
import io.myriapod.linux.link.IpvlanMode;
import io.myriapod.types.MacAddress;
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
  private static final Map<String, IpvlanMode> MODES =
      Map.of("l2", IpvlanMode.L2, "l3", IpvlanMode.L3, "l3s", IpvlanMode.L3S);
  private static final Map<String, IpvlanFlag> FLAGS =
      Map.of("bridge", IpvlanFlag.BRIDGE, "private", IpvlanFlag.PRIVATE, "vepa", IpvlanFlag.VEPA);

  static IpvlanConfig parse(ChildRequest request) {
    ConfigObject root = request.root();
    request
        .mac()
        .ifPresent(
            mac -> {
              throw macOfItsOwn(root, mac);
            });
    return new IpvlanConfig(
        parent(request),
        root.oneOf("mode", MODES).orElse(IpvlanMode.L2),
        root.oneOf("flag", FLAGS).orElse(IpvlanFlag.BRIDGE),
        LinkMtu.in(root),
        root.bool("linkInContainer", false),
        DadPolicy.of(request.config()));
  }

  private static CniException macOfItsOwn(ConfigObject root, MacAddress mac) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "%s: MAC address %s is asked for: an ipvlan has its parent's".formatted(root.where(), mac),
        "remove \"mac\" from the network and from the pod's request, or use macvlan");
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
