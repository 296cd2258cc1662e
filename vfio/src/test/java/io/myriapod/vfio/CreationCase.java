package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.change.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Numbers of virtual functions of the one card. */
abstract class CreationCase extends OnFakeNode {
  static final String PATH = "bus/pci/devices/" + CARD;
  static final Optional<Named> NO_DRIVER = Optional.empty();
  static final Named VFIO = new Named("vfio-pci");

  final void create(int number, Optional<Named> driver) {
    node.functions().create(CARD, number, driver, false);
  }

  final DeviceException refused(String physical, int number, Optional<Named> driver) {
    return assertThrows(
        DeviceException.class, () -> node.functions().create(physical, number, driver, false));
  }

  final List<String> drivers() {
    List<String> drivers = new ArrayList<>();
    for (int index = 0; node.sysfs.exists(PATH + "/virtfn" + index); index++) {
      String address = "0000:01:1%d.%d".formatted(index / 4, index * 2 % 8);
      drivers.add(node.sysfs.driverOf(address).orElse("none"));
    }
    return drivers;
  }

  final void assertUntouched() {
    assertEquals(List.of("igbvf", "igbvf"), drivers());
    assertEquals(List.of(), node.sysfs.log());
    assertEquals(List.of(), node.journal().devices().all());
  }
}
