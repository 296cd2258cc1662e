package io.myriapod.linux.uevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.linux.netlink.Frames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UeventTest {
  private static final String FUNCTION = "/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.2";

  /** Texts with "|" for the zero byte. */
  private static Optional<Uevent> parse(String texts) {
    return Uevent.parse(texts.replace('|', '\0').getBytes(StandardCharsets.UTF_8));
  }

  /** What Linux 6.18 sends when "change" is written to the file {@code uevent} of a veth. */
  @Test
  void parse_changeOfALink_asTheKernelSendsIt() {
    byte[] datagram =
        Frames.bytes(
            """
            63 68 61 6e 67 65 40 2f 64 65 76 69 63 65 73 2f
            76 69 72 74 75 61 6c 2f 6e 65 74 2f 76 30 00 41
            43 54 49 4f 4e 3d 63 68 61 6e 67 65 00 44 45 56
            50 41 54 48 3d 2f 64 65 76 69 63 65 73 2f 76 69
            72 74 75 61 6c 2f 6e 65 74 2f 76 30 00 53 55 42
            53 59 53 54 45 4d 3d 6e 65 74 00 53 59 4e 54 48
            5f 55 55 49 44 3d 30 00 49 4e 54 45 52 46 41 43
            45 3d 76 30 00 49 46 49 4e 44 45 58 3d 33 00 53
            45 51 4e 55 4d 3d 31 31 38 31 00
            """);

    Uevent event = Uevent.parse(datagram).orElseThrow();

    assertEquals("change", event.action());
    assertEquals("/devices/virtual/net/v0", event.devpath());
    assertEquals("v0", event.name());
    assertEquals(Optional.of("net"), event.subsystem());
    assertEquals(
        List.of("ACTION", "DEVPATH", "SUBSYSTEM", "SYNTH_UUID", "INTERFACE", "IFINDEX", "SEQNUM"),
        List.copyOf(event.keys().keySet()));
    assertEquals("1181", event.keys().get("SEQNUM"));
  }

  @Test
  void parse_driverBound_hasItsKeys() {
    Uevent event =
        parse(
                "bind@%s|ACTION=bind|DEVPATH=%s|SUBSYSTEM=pci|DRIVER=iavf|PCI_SLOT_NAME=0000:3b:00.2|"
                    .formatted(FUNCTION, FUNCTION))
            .orElseThrow();

    assertEquals("bind", event.action());
    assertEquals(Optional.of("pci"), event.subsystem());
    assertEquals("iavf", event.keys().get("DRIVER"));
    assertEquals("0000:3b:00.2", event.name());
  }

  @Test
  void parse_valueWithSigns_isKeptWhole() {
    Uevent event = parse("add@/devices/a@b|MODALIAS=x=y@z|EMPTY=|EMPTY=2|=v|bare|").orElseThrow();

    assertEquals("/devices/a@b", event.devpath());
    assertEquals(Map.of("MODALIAS", "x=y@z", "EMPTY", ""), event.keys());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "||||",
        "libudev|\u00fe\u00ed\u00ca\u00fe|ACTION=add|DEVPATH=/devices/a|",
        "@/devices/a|ACTION=add|",
        "add@|ACTION=add|",
        "add@devices/a|ACTION=add|",
        "add|ACTION=add|DEVPATH=/devices/a|",
        "ADD@/devices/a|"
      })
  void parse_whatIsNoMessageOfTheKernels_isEmpty(String texts) {
    assertEquals(Optional.empty(), parse(texts));
  }

  @Test
  void parse_moreThanTheKernelCanSay_isEmpty() {
    String head = "add@/devices/a|X=";

    assertEquals(
        16 * 1024 - head.length(),
        parse(head + "x".repeat(16 * 1024 - head.length())).orElseThrow().keys().get("X").length());
    assertEquals(Optional.empty(), parse(head + "x".repeat(16 * 1024 - head.length() + 1)));
  }

  @Test
  void uevent_noPath_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Uevent("add", "a", Map.of()));
  }
}
