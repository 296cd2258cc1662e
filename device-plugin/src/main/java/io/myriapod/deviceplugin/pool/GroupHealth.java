package io.myriapod.deviceplugin.pool;

import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.vfio.Viability;
import java.util.Optional;

/** Whether the kernel would let a program have a device of VFIO. */
public record GroupHealth(PciBus bus, Viability viability) {
  public static GroupHealth in(Sysfs sysfs) {
    PciBus bus = new PciBus(sysfs);
    return new GroupHealth(bus, new Viability(bus, sysfs));
  }

  /** What is in the way, in words that follow the device's name; empty if nothing is. */
  public Optional<String> ailing(NodeDevice device) {
    return Optional.of(device)
        .filter(one -> !one.isAuxiliary())
        .filter(one -> one.driver().filter(DeviceTree::isVfio).isPresent())
        .flatMap(one -> bus.iommuGroupOf(one.pci()))
        .flatMap(group -> viability.obstacle(device.pci(), group))
        .map("cannot be opened: its %s"::formatted);
  }
}
