package io.myriapod.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a/b",
        "a b",
        "a:b",
        "abcdefghijklmnop",
        "tab\there",
        "éééééééé",
        "net%d",
        "100%",
        "a\ud800"
      })
  void interfaceName_illegal_isRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> new InterfaceName(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"net1", "abcdefghijklmno", "eth0.100", "a", "ééééééé"})
  void interfaceName_legal_isKept(String name) {
    assertEquals(name, new InterfaceName(name).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../../etc", "a/b", "-a", ".a", "a b", "a\n"})
  void containerId_pathTricks_areRefused(String id) {
    assertThrows(IllegalArgumentException.class, () -> new ContainerId(id));
  }

  @Test
  void containerId_tooLong_isRefusedAndCutInTheMessage() {
    var e = assertThrows(IllegalArgumentException.class, () -> new ContainerId("a".repeat(10_000)));
    assertTrue(e.getMessage().length() < 300, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02:00:00:00:00",
        "02:00:00:00:00:00:00:00",
        "02:00-00:00:00:00",
        "zz:00:00:00:00:00"
      })
  void mac_badText_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> MacAddress.parse(text));
  }

  @Test
  void mac_dashesAndUpperCase_areNormalised() {
    assertEquals("02:00:5e:10:00:0f", MacAddress.parse("02-00-5E-10-00-0F").toString());
  }

  @Test
  void mac_random_isAssignableAndLocal() {
    MacAddress mac = MacAddress.random();
    assertTrue(mac.isAssignable());
    assertEquals(2, mac.bytes()[0] & 3);
    assertNotEquals(mac, MacAddress.random());
    assertFalse(MacAddress.parse("01:00:5e:00:00:01").isAssignable());
    assertFalse(MacAddress.parse("00:00:00:00:00:00").isAssignable());
  }

  @Test
  void pciAddress_upperCase_isLowered() {
    assertEquals("0000:0a:10.2", new PciAddress("0000:0A:10.2").toString());
    assertThrows(IllegalArgumentException.class, () -> new PciAddress("0a:10.2"));
    assertThrows(IllegalArgumentException.class, () -> new PciAddress("0000:0a:10.8"));
    PciAddress function = new PciAddress("0000:0a:10.2");
    assertEquals(OptionalInt.of(300), function.plus(300).minus(function));
    assertEquals(OptionalInt.of(-300), function.minus(function.plus(300)));
    assertEquals(OptionalInt.empty(), function.minus(new PciAddress("0001:0a:10.2")));
  }

  @Test
  void quoted_lineEndsAndControls_areShownAsQuestionMarks() {
    assertEquals("\"a??b?c?d?\"", Quoted.shortened("a\r\nb\u0085c\u2028d\u202e"));
    assertEquals("abc…", Quoted.oneLine("abcdef", 3));
  }
}
