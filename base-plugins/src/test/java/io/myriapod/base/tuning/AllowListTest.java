package io.myriapod.base.tuning;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowListTest {
  private static final String KEY = "net.ipv4.conf.IFNAME.arp_filter";

  @TempDir private Path root;
  private Path file;

  @BeforeEach
  void folder() throws IOException {
    file = root.resolve("etc/cni/tuning/allowlist.conf");
    Files.createDirectories(file.getParent());
  }

  @Test
  void require_noFile_allowsAll() {
    assertDoesNotThrow(() -> require(KEY));
  }

  /** As the reference plugin 1.9.1 answers for the same files. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | net.ipv4.conf.IFNAME.arp_filter | false",
        "\\n\\n | net.ipv4.conf.IFNAME.arp_filter | false",
        "# arp_filter\\n | net.ipv4.conf.IFNAME.arp_filter | false",
        "#\\n  ^net.ipv4.conf.IFNAME.arp_filter$  \\n | net.ipv4.conf.IFNAME.arp_filter | true",
        "^net.ipv4.conf.IFNAME.arp_filter$ | net/ipv4/conf/IFNAME/arp_filter | true",
        "^net.ipv4.conf.IFNAME.arp_filter$ | net.ipv4.conf.net1.arp_filter | false",
        "^net.ipv4.conf.IFNAME.arp_filter$ | net.ipv4.conf.IFNAME.arp_ignore | false",
        "arp | net.ipv4.conf.IFNAME.arp_filter | true",
      })
  void require_key_asTheReferencePlugin(String lines, String key, boolean allowed)
      throws IOException {
    Files.writeString(file, lines.replace("\\n", "\n"));

    if (allowed) {
      require(key);
    } else {
      CniException e = assertThrows(CniException.class, () -> require(key));
      assertEquals(ErrorCode.INVALID_CONFIG, e.code());
      assertTrue(e.getMessage().contains("\"sysctl." + key), e::getMessage);
    }
  }

  @Test
  void require_brokenLine_namesIt() throws IOException {
    Files.writeString(file, "arp\n\n[\n");

    CniException e = assertThrows(CniException.class, () -> require(KEY));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("line 3"), e::getMessage);
  }

  @Test
  void require_unreadable_isCode5() throws IOException {
    Files.createDirectory(file);
    assertEquals(ErrorCode.IO, assertThrows(CniException.class, () -> require(KEY)).code());
    Files.delete(file);

    Files.createSymbolicLink(file, Path.of("/nowhere"));
    assertEquals(ErrorCode.IO, assertThrows(CniException.class, () -> require(KEY)).code());
  }

  @Test
  void require_noSysctls_needsNoList() throws IOException {
    Files.createDirectory(file);

    assertDoesNotThrow(() -> new AllowList(root).require(List.of()));
  }

  @Test
  void require_expressionThatWouldTakeAges_isGivenUp() throws IOException {
    Files.writeString(file, "^net.((a*)*)*(a|aa)*(.*.*.*.*)*b$\n");

    CniException e =
        assertThrows(CniException.class, () -> require("net/" + "a".repeat(120) + "c"));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("takes too long"), e::getMessage);
  }

  private void require(String key) {
    new AllowList(root)
        .require(
            SysctlSettings.parse(
                TuningLab.config("'sysctl':{'%s':'1'}".formatted(key)), new InterfaceName("net1")));
  }
}
