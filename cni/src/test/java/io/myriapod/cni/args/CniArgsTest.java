package io.myriapod.cni.args;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniArgsTest {
  @Test
  void parse_runtimesArgs_areReadInOrderCaseSensitively() {
    CniArgs args = CniArgs.parse("IgnoreUnknown=1;K8S_POD_NAME=web-0;IP=10.1.2.3;X=");

    assertTrue(args.ignoreUnknown());
    assertEquals(Optional.of("web-0"), args.get("K8S_POD_NAME"));
    assertEquals(Optional.empty(), args.get("k8s_pod_name"));
    assertEquals(Optional.of(""), args.get("X"));
    assertEquals("IgnoreUnknown=1;K8S_POD_NAME=web-0;IP=10.1.2.3;X=", args.encode());
  }

  @Test
  void parse_keyTwice_lastWins() {
    assertEquals("A=2;B=1", CniArgs.parse("A=1;B=1;A=2").encode());
  }

  @Test
  void parse_empty_isEmpty() {
    assertEquals(CniArgs.empty(), CniArgs.parse(""));
    assertFalse(CniArgs.empty().ignoreUnknown());
    assertEquals("", CniArgs.empty().encode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "A=1=2", "A=1;", ";", "=1", "A=1;;B=2", "IgnoreUnknown=maybe"})
  void parse_badPair_isCode4(String text) {
    var e = assertThrows(CniException.class, () -> CniArgs.parse(text));
    assertEquals(4, e.code());
    assertTrue(e.getMessage().startsWith("CNI_ARGS has "), e.getMessage());
  }

  @Test
  void parse_tooLong_isCode4() {
    String text = "A=" + "x".repeat(200_000);
    assertEquals(4, assertThrows(CniException.class, () -> CniArgs.parse(text)).code());
  }

  @Test
  void with_key_replacesInPlaceOrAppends() {
    CniArgs args = CniArgs.parse("A=1;B=2");
    assertEquals("A=3;B=2", args.with("A", "3").encode());
    assertEquals("A=1;B=2;IP=10.0.0.1,10.0.0.2", args.with("IP", "10.0.0.1,10.0.0.2").encode());
    assertThrows(CniException.class, () -> args.with("A", "1;EVIL=2"));
    assertThrows(CniException.class, () -> args.with("A=B", "1"));
  }
}
