package io.myriapod.vfio.change;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Writes that end otherwise than well; that they hang is in BindingTest. */
class DeadlineWriterTest {
  private static final PciAddress FUNCTION = new PciAddress("0000:01:10.0");
  private static final Change.Write PROBE =
      new Change.Write(FUNCTION, "bus/pci/drivers_probe", FUNCTION.value());
  private static final Deadlines LONG = new Deadlines(Duration.ofSeconds(9), Duration.ofSeconds(9));

  @Test
  void write_writerEndsByAnError_isToldAtOnceAndNotTakenForUnanswered() {
    DeadlineWriter writer =
        new DeadlineWriter(
            (path, value) -> {
              throw new UnsatisfiedLinkError("no libc");
            },
            LONG);

    DeviceException refusal = assertThrows(DeviceException.class, () -> writer.write(PROBE));

    assertEquals(Kind.REFUSED, refusal.kind());
    assertTrue(refusal.getMessage().contains("no libc"), refusal.getMessage());
    assertDoesNotThrow(() -> writer.requireAnswering(FUNCTION));
  }
}
