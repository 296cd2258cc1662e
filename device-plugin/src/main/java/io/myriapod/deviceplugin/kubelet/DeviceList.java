package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.pool.OfferedDevice;
import io.myriapod.kubelet.deviceplugin.Device;
import io.myriapod.kubelet.deviceplugin.ListAndWatchResponse;
import io.myriapod.kubelet.deviceplugin.NUMANode;
import io.myriapod.kubelet.deviceplugin.TopologyInfo;
import java.util.List;

/** A pool's devices in the kubelet's words. */
final class DeviceList {
  static final ListAndWatchResponse EMPTY = ListAndWatchResponse.getDefaultInstance();

  private DeviceList() {}

  static ListAndWatchResponse of(List<OfferedDevice> devices) {
    ListAndWatchResponse.Builder list = ListAndWatchResponse.newBuilder();
    for (OfferedDevice device : devices) {
      Device.Builder one =
          list.addDevicesBuilder()
              .setID(device.id().value())
              .setHealth(device.isHealthy() ? "Healthy" : "Unhealthy");
      device
          .numaNode()
          .ifPresent(
              node ->
                  one.setTopology(
                      TopologyInfo.newBuilder().addNodes(NUMANode.newBuilder().setID(node))));
    }
    return list.build();
  }
}
