package io.myriapod.agent.forecast;

import io.myriapod.agent.inspection.PluginReaders;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.Inverse;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The devices that configurations name; those that only the node could find are left out. */
final class StatedDevices implements Foresight {
  @Override
  public List<Inverse> leases(PluginRequest request) {
    return List.of();
  }

  @Override
  public Set<ForeseenDevice> devices(PluginRequest request) {
    NetworkConfig config = request.config();
    boolean builtin = PluginReaders.isBuiltin(config);
    if (builtin && !PluginReaders.takesDevice(config.type())) {
      return Set.of();
    }
    return NamedDevices.in(request).stream()
        .map(id -> new ForeseenDevice(id, Optional.empty(), builtin))
        .collect(Collectors.toSet());
  }
}
