package io.myriapod.cni.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"b\":1,\"a\":2}",
        "{\"n\":123456789012345678901234567890}",
        "{\"n\":0.1000}",
        "{\"n\":1.00000000000000000001}",
        "{\"n\":-9007199254740993}",
        "{\"s\":\"ü\\u0000\"}",
      })
  void bytes_parsed_areTheSameAgain(String text) {
    assertEquals(text, new String(Json.bytes(parse(text)), StandardCharsets.UTF_8));
  }

  @Test
  void parse_duplicateKey_lastWins() {
    assertEquals("{\"a\":2}", parse("{\"a\":1,\"a\":2}").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{", "{}x", "{'a':1}", "nul", "{\"a\":NaN}", "[1,]", "\u0001"})
  void parse_noJson_isCode6(String text) {
    var e = assertThrows(CniException.class, () -> parse(text));

    assertEquals(6, e.code());
    assertTrue(e.getMessage().startsWith("thing is "), e.getMessage());
  }

  @Test
  void parse_tooDeepOrTooLong_isCode6() {
    String deep = "[".repeat(65) + "]".repeat(65);
    assertEquals(6, assertThrows(CniException.class, () -> parse(deep)).code());
    parse("[".repeat(64) + "]".repeat(64));
    String bomb = "[".repeat(500_000);
    assertEquals(6, assertThrows(CniException.class, () -> parse(bomb)).code());
    String many = "[" + "[],".repeat(100_000) + "0]";
    assertEquals(6, assertThrows(CniException.class, () -> parse(many)).code());
    String longText = " ".repeat(Json.MAX_BYTES) + "1";
    assertEquals(6, assertThrows(CniException.class, () -> parse(longText)).code());
    String longNumber = "1".repeat(2_000);
    assertEquals(6, assertThrows(CniException.class, () -> parse(longNumber)).code());
  }

  @Test
  void parseObject_list_isCode6() {
    byte[] list = "[]".getBytes(StandardCharsets.UTF_8);
    var e = assertThrows(CniException.class, () -> Json.parseObject(list, "thing"));
    assertEquals("thing is a list: want an object", e.getMessage());
  }

  @Test
  void find_keysThatDifferInCase_lastCounts() {
    var object = Json.parseObject(bytes("{\"VLAN\":1,\"Vlan\":2,\"mtu\":3,\"MTU\":4}"), "x");

    assertEquals(2, GoKeys.find(object, "vlan").orElseThrow().intValue());
    assertEquals(4, GoKeys.find(object, "mtu").orElseThrow().intValue());
    assertEquals(List.of("VLAN", "Vlan"), GoKeys.variants(object, "vlan"));
    GoKeys.remove(object, "mtu");
    assertEquals(Optional.empty(), GoKeys.find(object, "MTU"));
  }

  @Test
  void find_null_isAbsent() {
    assertEquals(Optional.empty(), GoKeys.find(Json.parseObject(bytes("{\"a\":null}"), "x"), "a"));
  }

  private static JsonNode parse(String text) {
    return Json.parse(bytes(text), "thing");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void parse_exponentOutOfRange_isADecodingError() {
    byte[] text = "{\"mtu\":1e99999999999999999999}".getBytes(StandardCharsets.UTF_8);
    CniException e = assertThrows(CniException.class, () -> Json.parse(text, "stdin"));
    assertEquals(ErrorCode.DECODE, e.code());
  }
}
