package io.myriapod.agent.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that Multus gave to a pod, by its own file, by libcni's, or by both.
 *
 * @param order among those of the pod
 * @param ofRuntime the arguments of the runtime's call, which go on to each network
 */
record OldAttachment(
    int order,
    InterfaceName interfaceName,
    Optional<CachedDelegate> delegate,
    Optional<CachedResult> cached,
    CniArgs ofRuntime) {
  private static final String SRIOV = "sriov";

  /** As libcni got it at the ADD, if it is known: Multus's own copy may lack keys. */
  NetworkList list() {
    return cached.map(CachedResult::list).orElseGet(() -> delegate.orElseThrow().list());
  }

  /** As people know it. */
  String name() {
    return delegate.map(CachedDelegate::name).orElseGet(() -> list().name());
  }

  CniArgs args() {
    return cached.map(CachedResult::args).orElse(ofRuntime);
  }

  Map<String, JsonNode> capabilityArgs() {
    return cached.map(CachedResult::capabilityArgs).orElse(Map.of());
  }

  /** The PCI function that it has. */
  Optional<PciAddress> device() {
    return delegate
        .flatMap(CachedDelegate::device)
        .or(
            () ->
                list().plugins().stream()
                    .flatMap(plugin -> plugin.root().value("deviceID").stream())
                    .flatMap(id -> DeviceId.of(id.asText()).stream())
                    .flatMap(id -> id.pci().stream())
                    .findFirst());
  }

  /** What whoever takes it over has to know, a sentence each. */
  List<String> findings() {
    if (cached.isEmpty()) {
      return List.of(
          list().isList()
              ? "libcni has no result of it: its plugins' DEL gets none, and Multus's copy of the"
                  + " configuration may lack keys"
              : "libcni has no result of it: its plugin's DEL gets none");
    }
    return isSriov()
        ? List.of(
            "what the function was before is in sriov-cni's own files: keep its executable and"
                + " /var/lib/cni/sriov until the pod is gone")
        : List.of();
  }

  private boolean isSriov() {
    return list().plugins().stream().map(NetworkConfig::type).anyMatch(SRIOV::equals);
  }
}
