package io.myriapod.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.3",
    "fd00:0:0:0:0:0:0:3, fd00::3",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "FE80::A:0:0:1, fe80::a:0:0:1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
    "::ffff:10.0.0.1, 10.0.0.1",
  })
  void parse_literal_formatsAsTheKernelDoes(String text, String formatted) {
    assertEquals(formatted, IpAddresses.format(IpAddresses.parse(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.1.2",
        "10.1.2.256",
        "010.1.1.1",
        "fe80::1%eth0",
        ":",
        "1::2::3",
        "12345::"
      })
  void parse_noLiteral_isRefusedWithoutNameLookup(String text) {
    assertThrows(IllegalArgumentException.class, () -> IpAddresses.parse(text));
  }

  @Test
  void network_hostBitsSet_clearsThem() {
    assertEquals("10.1.2.0/23", IpPrefix.parse("10.1.3.4/23").network().toString());
    assertEquals("fd00::/64", IpPrefix.parse("fd00::9/64").network().toString());
    assertEquals("0.0.0.0/0", IpPrefix.parse("9.9.9.9/0").network().toString());
  }

  @Test
  void contains_edgesAndFamilies_areKept() {
    IpPrefix prefix = IpPrefix.parse("10.1.2.0/24");
    assertTrue(prefix.contains(IpAddresses.parse("10.1.2.255")));
    assertFalse(prefix.contains(IpAddresses.parse("10.1.3.0")));
    assertFalse(prefix.contains(IpAddresses.parse("fd00::1")));
    assertTrue(IpPrefix.parse("0.0.0.0/0").contains(IpAddresses.parse("255.1.1.1")));
    assertTrue(prefix.overlaps(IpPrefix.parse("10.0.0.0/8")));
    assertFalse(prefix.overlaps(IpPrefix.parse("10.1.3.0/24")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0", "10.0.0.0/33", "/24", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129"})
  void prefixParse_badText_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));
  }
}
