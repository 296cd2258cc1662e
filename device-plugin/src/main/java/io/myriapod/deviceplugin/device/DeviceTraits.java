package io.myriapod.deviceplugin.device;

import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.linux.device.RdmaDevice;
import io.myriapod.linux.device.VdpaDevice;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.util.Optional;
import java.util.function.Function;

/**
 * What few selectors ask for and is not read before one does.
 *
 * @param ddpProfile what devlink says of a physical function's firmware: {@code fw.app.name}
 */
public record DeviceTraits(Sysfs sysfs, Function<PciAddress, Optional<String>> ddpProfile) {
  /** Whether programs can use it by RDMA. */
  public boolean isRdma(NodeDevice device) {
    return !RdmaDevice.of(sysfs, device.path()).isEmpty();
  }

  /** The default partition key of its first RDMA device, as sysfs writes it: {@code 0xffff}. */
  public Optional<String> partitionKey(NodeDevice device) {
    return RdmaDevice.of(sysfs, device.path()).stream()
        .findFirst()
        .flatMap(RdmaDevice::defaultPkey)
        .map("0x%04x"::formatted);
  }

  /** How its first vDPA device is given away; absent if it has none, or one without driver. */
  public Optional<VdpaType> vdpaType(NodeDevice device) {
    return VdpaDevice.of(sysfs, device.path()).stream()
        .flatMap(one -> one.driver().stream())
        .findFirst()
        .flatMap(VdpaType::ofDriver);
  }

  /** What the firmware calls the port. */
  public Optional<String> acpiIndex(NodeDevice device) {
    return new PciBus(sysfs).acpiIndexOf(device.pci()).map(String::valueOf);
  }

  /** The package that the card's pipeline was loaded with. */
  public Optional<String> ddpProfile(NodeDevice device) {
    return ddpProfile.apply(device.card());
  }
}
