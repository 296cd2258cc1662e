package io.myriapod.base.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSysctlsTest {
  private static final List<SysctlSetting> SETTINGS =
      SysctlSettings.parse(
          TuningLab.config("'sysctl':{'net.core.shared':'7'}"), new InterfaceName("net1"));

  @TempDir private Path pod;
  @TempDir private Path node;

  @Test
  void write_settingThatIsTheNodesToo_isPutBackAndRefused() throws IOException {
    Path file = setting(node, "5\n");
    PodSysctls sysctls = new PodSysctls(Sysctl.here(node), Sysctl.here(node));

    CniException e = assertThrows(CniException.class, () -> sysctls.write(SETTINGS));

    assertTrue(e.getMessage().contains("this one is the whole node's"), e::getMessage);
    assertEquals("5", Files.readString(file));
  }

  @Test
  void write_settingThatTheNodeHasOnItsOwn_isThePodsAlone() throws IOException {
    Path ofPod = setting(pod, "5\n");
    Path ofNode = setting(node, "5\n");

    Map<String, String> shown = new PodSysctls(Sysctl.here(pod), Sysctl.here(node)).write(SETTINGS);

    assertEquals(Map.of("net/core/shared", "7"), shown);
    assertEquals("7", Files.readString(ofPod));
    assertEquals("5\n", Files.readString(ofNode));
  }

  private static Path setting(Path root, String value) throws IOException {
    Path file = root.resolve("net/core/shared");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, value);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "0x10, 16", "010, 8", "'1 2', '1\t2'", "' 1', '1 '", "x, x"})
  void same_whatTheKernelTakesForTheSame_isTheSame(String one, String other) {
    assertTrue(SysctlValue.same(one, other));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "1, x", "'1 2', 1", "x, y"})
  void same_whatDiffers_isNot(String one, String other) {
    assertFalse(SysctlValue.same(one, other));
  }
}
