package io.myriapod.vfio.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes as a shell would be told them: what a dry run shows may be pasted. */
class ChangeTest {
  private static final PciAddress FUNCTION = new PciAddress("0000:01:10.0");
  private static final String DRIVER = "bus/pci/devices/0000:01:10.0/driver_override";

  /** What a real shell makes of the text: the words that the command would get. */
  private static List<String> words(Change change) {
    String script = "ip() { printf '%s\\n' \"$@\"; }\n" + change;
    return Command.of("bash", "-c", script).run().out().lines().toList();
  }

  @Test
  void toString_plainNames_areAsOneWritesThem() {
    assertEquals(
        "ip link set dev ens1f0 up", new Change.SetUp(FUNCTION, "ens1f0", true).toString());
    assertEquals(
        "ip link set dev ens1f0 mtu 9000", new Change.SetMtu(FUNCTION, "ens1f0", 9000).toString());
    assertEquals(
        "echo vfio-pci > /sys/" + DRIVER,
        new Change.Write(FUNCTION, DRIVER, "vfio-pci").toString());
    assertEquals("echo > /sys/" + DRIVER, new Change.Write(FUNCTION, DRIVER, "\n").toString());
  }

  /** The kernel takes for the name of a link whatever has no blank, slash or colon. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "$(reboot)",
        "`reboot`",
        "a;b",
        "a&b",
        "a|b",
        ">a",
        "a'b",
        "a\"b",
        "a\\b",
        "*",
        "~",
        "#a",
        "!a",
        "-h",
        "up",
        "a\u001b[2Jb",
        "a\u0001",
        "\u00e4",
        "a\u202eb",
        "{a,b}",
        "$HOME"
      })
  void toString_oddLink_isOneWordToAShell(String name) {
    Change change = new Change.SetUp(FUNCTION, name, true);

    assertEquals(List.of("link", "set", "dev", name, "up"), words(change));
    assertTrue(change.toString().chars().allMatch(c -> c >= ' ' && c < 0x7f), change.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a;b", "$(reboot)", "a\nb", "a  b", "-n"})
  void toString_oddDriver_isOneWordToAShell(String driver) {
    Change change =
        new Change.Write(FUNCTION, "bus/pci/drivers/%s/unbind".formatted(driver), "0000:01:10.0");

    String redirected =
        Command.of("bash", "-c", "set -- " + change.toString().split(" > ", 2)[1] + "; echo \"$1\"")
            .run()
            .out();
    assertEquals("/sys/bus/pci/drivers/%s/unbind".formatted(driver), redirected.stripTrailing());
  }

  @Test
  void toString_rules_isWhatWritesThem() {
    Change change =
        new Change.WriteFile(FUNCTION, Path.of("/dev/stdout"), "# it's\nNAME=\"%k\", $HOME\n");

    assertEquals(
        "# it's\nNAME=\"%k\", $HOME\n", Command.of("bash", "-c", change.toString()).run().out());
  }
}
