package io.myriapod.multus;

import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.Inverse;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import java.util.List;
import java.util.Optional;

/**
 * Knows of no leases; a plugin takes the device under its key {@code takes}, else its {@code
 * deviceID}.
 */
final class FakeForesight implements Foresight {
  @Override
  public List<Inverse> leases(PluginRequest request) {
    return List.of();
  }

  @Override
  public Optional<ForeseenDevice> device(PluginRequest request) {
    var root = request.config().root();
    Optional<String> runtime = request.config().runtimeConfig().string("deviceID");
    Optional<String> config = root.string("takes").or(() -> root.string("deviceID"));
    return runtime
        .or(() -> config)
        .map(id -> new ForeseenDevice(id, Optional.of("0000:01:00.0"), false));
  }
}
