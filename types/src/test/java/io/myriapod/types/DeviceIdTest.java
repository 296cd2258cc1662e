package io.myriapod.types;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceIdTest {
  @Test
  void value_pciAddress_isAsSysfsWritesIt() {
    assertEquals("0000:3b:02.1", new DeviceId("0000:3B:02.1").value());
    assertEquals(Optional.of(new PciAddress("0000:3b:02.1")), new DeviceId("0000:3B:02.1").pci());
  }

  @Test
  void value_otherBus_staysAsItIs() {
    assertEquals("mlx5_core.sf.4", new DeviceId("mlx5_core.sf.4").value());
    assertEquals(Optional.empty(), new DeviceId("mlx5_core.sf.4").pci());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "./0000:01:10.4", "x/../0000:01:10.4", ".", "..", "ä", "a\n"})
  void of_whatIsNoId_isEmpty(String text) {
    assertEquals(Optional.empty(), DeviceId.of(text));
  }
}
