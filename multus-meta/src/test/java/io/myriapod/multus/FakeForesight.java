package io.myriapod.multus;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.Inverse;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows of no leases. A plugin takes the device under its key {@code takes}, and that under {@code
 * deviceID}, of its runtime's or its own; {@code takes: "nothing"} is one that takes none, {@code
 * takes: "gone"} one whose device is not there. {@code records: true} is one that has a journal.
 */
final class FakeForesight implements Foresight {
  @Override
  public List<Inverse> leases(PluginRequest request) {
    return List.of();
  }

  @Override
  public Set<ForeseenDevice> devices(PluginRequest request) {
    var root = request.config().root();
    Optional<String> takes = root.string("takes");
    if (takes.equals(Optional.of("gone"))) {
      throw new CniException(ErrorCode.DEVICE_NOT_FOUND, "no such device", "look");
    }
    if (takes.equals(Optional.of("nothing"))) {
      return Set.of();
    }
    Optional<String> runtime = request.config().runtimeConfig().string("deviceID");
    return Stream.of(takes, runtime, root.string("deviceID"))
        .flatMap(Optional::stream)
        .map(
            id ->
                new ForeseenDevice(
                    new DeviceId(id),
                    Optional.of(new PciAddress("0000:01:00.0")),
                    root.bool("records", false)))
        .collect(Collectors.toSet());
  }
}
