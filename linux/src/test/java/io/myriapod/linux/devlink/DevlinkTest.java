package io.myriapod.linux.devlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.ScriptedGeneric;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The requests are those of {@code devlink dev info} but for the version, which iproute2 6.1 leaves
 * 0. The answers are written from linux/devlink.h; the same program, given them, prints what is
 * expected here.
 */
class DevlinkTest {
  private static final PciAddress CARD = new PciAddress("0000:3b:00.0");
  private static final int CONTROL = 16;
  private static final int FAMILY = 0x1b;

  private static final String HANDLE =
      """
      08 00 01 00 70 63 69 00 11 00 02 00
      30 30 30 30 3a 33 62 3a 30 30 2e 30 00 00 00 00
      """;

  private final ScriptedGeneric kernel = new ScriptedGeneric();

  private Devlink open() {
    kernel.answers(CONTROL, "01 02 00 00 06 00 01 00 1b 00 00 00");
    return new Devlink(kernel.socket());
  }

  private Devlink answering(String command, String attributes) {
    Devlink devlink = open();
    kernel.answers(FAMILY, command + " 01 00 00" + HANDLE + attributes);
    return devlink;
  }

  private Devlink refusing(int errno, String text) {
    Devlink devlink = open();
    kernel.refuses(errno, text);
    return devlink;
  }

  @Test
  void runningVersions_request_isAsGolden() {
    answering("33", "").runningVersions(CARD);

    assertEquals(
        """
        30 00 00 00 1b 00 05 00 02 00 00 00 00 00 00 00
        33 01 00 00 08 00 01 00 70 63 69 00 11 00 02 00
        30 30 30 30 3a 33 62 3a 30 30 2e 30 00 00 00 00
        """,
        kernel.sent().get(1));
  }

  /** One fixed version, three that run and a stored one. */
  @Test
  void runningVersions_answered_areThoseThatRun() {
    Devlink devlink =
        answering(
            "33",
            """
            08 00 62 00 69 63 65 00 0d 00 63 00 30 30 2d 30
            31 2d 30 32 00 00 00 00 24 00 64 00 0d 00 67 00
            62 6f 61 72 64 2e 69 64 00 00 00 00 0f 00 68 00
            4b 36 35 33 39 30 2d 30 30 30 00 00 1c 00 65 00
            0c 00 67 00 66 77 2e 6d 67 6d 74 00 0a 00 68 00
            36 2e 34 2e 35 00 00 00 2c 00 65 00 10 00 67 00
            66 77 2e 61 70 70 2e 6e 61 6d 65 00 16 00 68 00
            49 43 45 20 43 4f 4d 4d 53 20 50 61 63 6b 61 67
            65 00 00 00 20 00 65 00 0b 00 67 00 66 77 2e 61
            70 70 00 00 0d 00 68 00 31 2e 33 2e 34 35 2e 30
            00 00 00 00 1c 00 66 00 0c 00 67 00 66 77 2e 6d
            67 6d 74 00 0a 00 68 00 36 2e 34 2e 36 00 00 00
            """);

    Map<String, String> versions = devlink.runningVersions(CARD);

    assertEquals(List.of("fw.mgmt", "fw.app.name", "fw.app"), List.copyOf(versions.keySet()));
    assertEquals("6.4.5", versions.get("fw.mgmt"));
    assertEquals("ICE COMMS Package", versions.get(Devlink.DDP_PROFILE));
    assertEquals("1.3.45.0", versions.get("fw.app"));
  }

  @Test
  void runningVersions_cardIsIll_saysWhat() {
    Devlink devlink = refusing(Errno.EIO, "firmware is dead");

    assertEquals(
        "read versions of 0000:3b:00.0: EIO; kernel: \"firmware is dead\"",
        assertThrows(ErrnoException.class, () -> devlink.runningVersions(CARD)).getMessage());
  }

  @Test
  void runningVersions_halfAVersion_isLeftOut() {
    assertEquals(
        Map.of(),
        answering("33", "10 00 65 00 0c 00 67 00 66 77 2e 6d 67 6d 74 00").runningVersions(CARD));
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENODEV, Errno.EOPNOTSUPP})
  void runningVersions_driverThatCannotTell_areNone(int errno) {
    assertEquals(Map.of(), refusing(errno, "").runningVersions(CARD));
  }

  @Test
  void runningVersions_notPermitted_throws() {
    Devlink devlink = refusing(Errno.EPERM, "");

    assertEquals(
        "read versions of 0000:3b:00.0: EPERM",
        assertThrows(ErrnoException.class, () -> devlink.runningVersions(CARD)).getMessage());
  }

  @Test
  void open_kernelWithoutDevlink_answersNothingAndAsksNothing() {
    kernel.refuses(Errno.ENOENT, "");
    Devlink devlink = new Devlink(kernel.socket());

    assertEquals(Map.of(), devlink.runningVersions(CARD));
    assertEquals(1, kernel.sent().size());
  }
}
