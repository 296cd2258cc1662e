package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.multus.port.ForeseenDevice;
import io.myriapod.multus.port.Foresight;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a pod may have the devices that its networks will take, however these name them. One that
 * a pool hands out goes to the pod to which the kubelet gave it, and to no other; any other device
 * is for whoever comes first. Within one pod each goes to one network.
 */
final class TakenDevices {
  private final PodGrants grants;
  private final Foresight foresight;
  private final Map<String, String> takenBy = new HashMap<>();

  TakenDevices(PodGrants grants, Foresight foresight) {
    this.grants = grants;
    this.foresight = foresight;
  }

  /**
   * The device that the network takes, if it takes one.
   *
   * @param shown how messages call the attachment
   * @throws CniException 116 if the pod may not have it, 7 if another network of the pod takes it
   */
  Optional<PlannedDevice> of(WantedNetwork network, ChainCall call, String shown) {
    Optional<ForeseenDevice> device = Optional.empty();
    for (int i = 0; i < call.list().plugins().size() && device.isEmpty(); i++) {
      device = foreseen(call, i, shown);
    }
    Optional<PlannedDevice> taken =
        device
            .or(() -> network.device().map(id -> new ForeseenDevice(id, Optional.empty(), false)))
            .map(one -> new PlannedDevice(one, network.delegate().resourceName()));
    taken.ifPresent(one -> require(one.id(), network, shown));
    return taken;
  }

  private Optional<ForeseenDevice> foreseen(ChainCall call, int plugin, String shown) {
    try {
      return foresight.device(call.request(plugin, Optional.empty()));
    } catch (CniException e) {
      throw e.during("attach " + shown);
    }
  }

  private void require(String id, WantedNetwork network, String shown) {
    boolean named = DeviceAssignment.named(network.options()).equals(Optional.of(id));
    Optional<DeviceGrants> known = grants.get();
    Optional<String> pool = known.flatMap(all -> all.poolOf(id));
    if (known.isPresent() && !known.get().has(id) && (named || pool.isPresent())) {
      throw new CniException(
          ErrorCode.DEVICE_NOT_GRANTED,
          "attach %s: the kubelet has not given device %s%s to the pod"
              .formatted(shown, id, pool.map(" of \"%s\""::formatted).orElse("")),
          "request the resource in the pod's containers; a network may name a device by itself only"
              + " if no pool has it");
    }
    String other = takenBy.put(id, shown);
    if (other != null) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "attach %s: device %s is wanted by %s as well".formatted(shown, id, other),
          "two networks of one pod cannot have the same device");
    }
  }
}
