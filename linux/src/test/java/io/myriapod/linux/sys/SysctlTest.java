package io.myriapod.linux.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlTest {
  @TempDir Path root;
  private Sysctl sysctl;

  @BeforeEach
  void tree() throws IOException {
    Files.createDirectories(root.resolve("net/ipv4/conf/net1.100"));
    Files.writeString(root.resolve("net/ipv4/conf/net1.100/arp_notify"), "0\n");
    Files.writeString(root.resolve("net/ipv4/ip_forward"), "1\n");
    sysctl = Sysctl.here(root);
  }

  @Test
  void read_linkWithDotInName_isFoundBySlashes() {
    assertEquals(Optional.of("0"), sysctl.read(Sysctl.ofLink("ipv4", "net1.100", "arp_notify")));
  }

  @Test
  void read_absent_isEmpty() {
    assertEquals(Optional.empty(), sysctl.read("net/ipv6/conf/net1/disable_ipv6"));
  }

  @Test
  void write_shorterValue_replacesTheWhole() throws IOException {
    Files.writeString(root.resolve("net/ipv4/ip_forward"), "12345\n");

    sysctl.write("net/ipv4/ip_forward", "1");

    assertEquals("1", Files.readString(root.resolve("net/ipv4/ip_forward")));
  }

  @Test
  void write_absent_saysWhich() {
    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> sysctl.write("net/ipv4/none", "1"));

    assertTrue(refused.is(Errno.ENOENT));
    assertTrue(refused.getMessage().contains("net/ipv4/none"), refused.getMessage());
  }

  @Test
  void changeAll_someThere_givesFormerValuesOfTheChanged() {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("net/ipv4/conf/net1.100/arp_notify", "1");
    wanted.put("net/ipv4/ip_forward", "1");
    wanted.put("net/ipv6/conf/net1/ndisc_notify", "1");

    assertEquals(Map.of("net/ipv4/conf/net1.100/arp_notify", "0"), sysctl.changeAll(wanted));
    assertEquals(Optional.of("1"), sysctl.read("net/ipv4/conf/net1.100/arp_notify"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc/passwd", "../x", "net/../../x", "net/./x"})
  void read_keyThatIsNoPlainPath_isRefused(String key) {
    assertThrows(IllegalArgumentException.class, () -> sysctl.read(key));
  }
}
