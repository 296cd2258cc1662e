package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.FIRST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.journal.DeviceRecord;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException;
import java.util.List;
import java.util.Optional;

/** Drivers of the first virtual function. */
abstract class BindingCase extends OnFakeNode {
  static final DriverChoice.Named VFIO = new DriverChoice.Named("vfio-pci");
  static final DriverChoice DEFAULT = new DriverChoice.KernelDefault();
  static final String PATH = "bus/pci/devices/" + FIRST;

  final DeviceException refused(PciAddress address, DriverChoice choice) {
    return assertThrows(DeviceException.class, () -> node.functions().bind(address, choice, false));
  }

  final Optional<DeviceRecord> recordOf(PciAddress address) {
    return node.journal().devices().find(address);
  }

  final void assertUntouched() {
    assertEquals(Optional.of("igbvf"), node.sysfs.driverOf(FIRST.value()));
    assertEquals(List.of(), node.sysfs.log());
    assertEquals(Optional.empty(), recordOf(FIRST));
  }
}
