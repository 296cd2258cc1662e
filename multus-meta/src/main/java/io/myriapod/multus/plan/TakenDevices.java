package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a pod may have the devices that its networks will take, however these name them. One that
 * a pool hands out goes to the pod to which the kubelet gave it, and to no other; any other device
 * is for whoever comes first. Within one pod each goes to one network, and a network takes one.
 */
final class TakenDevices {
  private final PodGrants grants;
  private final Foresight foresight;
  private final Map<DeviceId, String> takenBy = new HashMap<>();

  /**
   * @param inUse devices that other networks of the pod have
   */
  TakenDevices(PodGrants grants, Foresight foresight, Set<DeviceId> inUse) {
    this.grants = grants;
    this.foresight = foresight;
    inUse.forEach(device -> takenBy.put(device, "an interface that the pod has"));
  }

  /**
   * The device that the network takes, if it takes one.
   *
   * @param shown how messages call the attachment
   * @throws CniException 116 if the pod may not have it, 7 if another network of the pod takes it,
   *     if the network takes several, or if the annotation chooses one and no plugin takes any
   */
  Optional<PlannedDevice> of(WantedNetwork network, ChainCall call, String shown) {
    List<ForeseenDevice> devices = foreseen(call, shown);
    devices.forEach(device -> requireGranted(device.id(), network, shown));
    if (devices.size() > 1) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "attach %s: its plugins name several devices: %s and %s"
              .formatted(shown, shown(devices.get(0).id()), shown(devices.get(1).id())),
          "a network can take one device; make it two networks");
    }
    if (devices.isEmpty() && network.options().device().isPresent()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "attach %s: the annotation chooses a device, and no plugin of it takes one"
              .formatted(shown),
          "leave \"deviceID\", \"io.myriapod.deviceContainer\" and \"io.myriapod.deviceIndex\" out of the annotation");
    }
    devices.forEach(device -> requireFirst(device.id(), shown));
    return devices.stream()
        .findFirst()
        .map(one -> new PlannedDevice(one, network.delegate().resourceName()));
  }

  /** Each once; recorded by its plugin, if one of those that take it does so. */
  private List<ForeseenDevice> foreseen(ChainCall call, String shown) {
    Map<DeviceId, ForeseenDevice> devices = new LinkedHashMap<>();
    for (int i = 0; i < call.list().plugins().size(); i++) {
      try {
        foresight
            .devices(call.request(i, Optional.empty()))
            .forEach(one -> devices.merge(one.id(), one, (a, b) -> a.recorded() ? a : b));
      } catch (CniException e) {
        throw e.during("attach " + shown);
      }
    }
    return new ArrayList<>(devices.values());
  }

  private void requireGranted(DeviceId id, WantedNetwork network, String shown) {
    boolean named = network.options().deviceId().equals(Optional.of(id));
    Optional<DeviceGrants> known = grants.get();
    Optional<String> pool = known.flatMap(all -> all.poolOf(id));
    if (known.isPresent() && !known.get().has(id) && (named || pool.isPresent())) {
      throw new CniException(
          ErrorCode.DEVICE_NOT_GRANTED,
          "attach %s: the kubelet has not given device %s%s to the pod"
              .formatted(shown, shown(id), pool.map(" of \"%s\""::formatted).orElse("")),
          "request the resource in the pod's containers; a network may name a device by itself only"
              + " if no pool has it");
    }
  }

  private void requireFirst(DeviceId id, String shown) {
    String other = takenBy.put(id, shown);
    if (other != null) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "attach %s: device %s is wanted by %s as well".formatted(shown, shown(id), other),
          "two networks of one pod cannot have the same device");
    }
  }

  private static String shown(DeviceId id) {
    return Quoted.shortened(id.value());
  }
}
