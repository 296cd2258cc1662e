package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.config.AllocationPolicy;
import io.myriapod.deviceplugin.config.CarrierPolicy;
import io.myriapod.deviceplugin.config.DeviceType;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pools and devices by the few words that matter here. */
final class Samples {
  static final PciAddress PHYSICAL = new PciAddress("0000:01:00.0");

  private Samples() {}

  static PoolConfig pool(String prefix, String name) {
    return pool(prefix, name, DeviceType.NET_DEVICE, Map.of());
  }

  static PoolConfig pool(
      String prefix, String name, DeviceType type, Map<String, Map<String, String>> info) {
    return new PoolConfig(
        new ResourceName(prefix, name),
        type,
        List.of(),
        false,
        info,
        Optional.empty(),
        AllocationPolicy.PACKED,
        CarrierPolicy.IGNORE);
  }

  /** A virtual function, or a subfunction if the id is none of PCI. */
  static NodeDevice device(String id, int index) {
    DeviceId device = new DeviceId(id);
    return new NodeDevice(
        device,
        device.pci().orElse(PHYSICAL),
        "8086",
        "154c",
        0x020000,
        device.pci().isPresent() ? Optional.empty() : Optional.of("sf"),
        Optional.empty(),
        Optional.of(new NodeDevice.Physical(PHYSICAL, index, List.of(), Optional.empty())),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Optional.empty());
  }

  static GrantedDevice granted(String id) {
    return granted(id, Selector.ALL);
  }

  static GrantedDevice granted(String id, Selector selector) {
    return new GrantedDevice(device(id, 0), selector, Optional.empty());
  }

  /** One that gets the driver only when its old pod is gone. */
  static GrantedDevice later(String id, String driver) {
    return new GrantedDevice(device(id, 0), Selector.ALL, Optional.of(driver));
  }

  static Selector rdma() {
    return selector(true, false, Optional.empty());
  }

  static Selector vhostNet() {
    return selector(false, true, Optional.empty());
  }

  static Selector vdpa(VdpaType type) {
    return selector(false, false, Optional.of(type));
  }

  private static Selector selector(boolean rdma, boolean vhostNet, Optional<VdpaType> vdpa) {
    return new Selector(
        Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), List.of(), List.of(), Set.of(), Set.of(),
        Set.of(), Set.of(), rdma, vhostNet, vdpa);
  }
}
