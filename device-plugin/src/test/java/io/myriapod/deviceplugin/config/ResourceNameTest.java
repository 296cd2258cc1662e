package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceNameTest {
  @Test
  void toString_isWhatPodsRequest() {
    assertEquals("intel.com/sriov_vfs", new ResourceName("intel.com", "sriov_vfs").toString());
  }

  @ParameterizedTest
  @CsvSource({"a, a", "openshift.io, 10G", "x-1.y.z, a-b_c"})
  void new_whatTheKubeletTakes_isTaken(String prefix, String name) {
    assertEquals(prefix, new ResourceName(prefix, name).prefix());
  }

  @Test
  void new_longestParts_areTaken() {
    String prefix = ("p".repeat(60) + ".").repeat(4);
    assertEquals(244, prefix.length());

    assertEquals(
        63, new ResourceName(prefix.replaceAll("\\.$", "p"), "n".repeat(63)).name().length());
    assertThrows(
        IllegalArgumentException.class, () -> new ResourceName(prefix + "p", "n".repeat(63)));
    assertThrows(
        IllegalArgumentException.class, () -> new ResourceName("intel.com", "n".repeat(64)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "_a", "a_", "-a", "a-", "a.b", "a/b", "ä", "a b", "a\n"})
  void new_nameThatTheKubeletRefuses_isRefused(String name) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new ResourceName("intel.com", name));

    assertTrue(e.getMessage().startsWith("resource name \""), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Intel.com",
        ".com",
        "intel.",
        "-a.b",
        "a_b.c",
        "kubernetes.io",
        "net.kubernetes.io",
        "requests.intel.com"
      })
  void new_prefixThatTheKubeletRefuses_isRefused(String prefix) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new ResourceName(prefix, "vfs"));

    assertTrue(e.getMessage().startsWith("resource prefix \""), e.getMessage());
  }
}
