package io.myriapod.cni.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniVersionTest {
  @ParameterizedTest
  @EnumSource(CniVersion.class)
  void parse_text_isTheVersion(CniVersion version) {
    assertEquals(version, CniVersion.parse(version.text()));
  }

  @Test
  void parse_empty_isTheOldest() {
    assertEquals(CniVersion.V0_1_0, CniVersion.parse(""));
    assertTrue(CniVersion.NEWEST.atLeast(CniVersion.V1_0_0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.0", "1.1", "v1.1.0", "latest", "1.1.0 "})
  void parse_unknown_isCode1NamingItAndTheSupported(String text) {
    var e = assertThrows(CniException.class, () -> CniVersion.parse(text));
    assertEquals(1, e.code());
    assertTrue(e.getMessage().contains("\"" + text + "\""), e.getMessage());
    assertTrue(e.getMessage().contains("1.1.0"), e.getMessage());
  }
}
