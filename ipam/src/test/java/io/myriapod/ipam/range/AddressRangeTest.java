package io.myriapod.ipam.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
  private static Optional<InetAddress> address(String text) {
    return Optional.ofNullable(text).map(IpAddresses::parse);
  }

  static AddressRange range(String subnet, String start, String end, String gateway) {
    return AddressRange.canonical(
        new AddressRange.Draft(
            IpPrefix.parse(subnet), address(start), address(end), address(gateway)));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24,,,, 192.0.2.1, 192.0.2.254, 192.0.2.1",
    "192.0.2.0/25,,,, 192.0.2.1, 192.0.2.126, 192.0.2.1",
    "2001:DB8:1::/64,,,, 2001:db8:1::1, 2001:db8:1::ffff:ffff:ffff:ffff, 2001:db8:1::1",
    "10.0.0.0/24,,,10.0.0.254, 10.0.0.1, 10.0.0.254, 10.0.0.254",
    "192.0.2.0/24,192.0.2.40,192.0.2.50,192.0.2.254, 192.0.2.40, 192.0.2.50, 192.0.2.254",
    "10.0.0.0/30,,,, 10.0.0.1, 10.0.0.2, 10.0.0.1",
    "10.0.0.0/24,,,192.168.1.1, 10.0.0.1, 10.0.0.254, 192.168.1.1",
    "10.0.0.0/24,10.0.0.0,10.0.0.255,, 10.0.0.0, 10.0.0.255, 10.0.0.1",
  })
  void canonical_partsMissing_fillsThemLikeTheReference(
      String subnet,
      String start,
      String end,
      String gateway,
      String wantStart,
      String wantEnd,
      String wantGateway) {
    AddressRange range = range(subnet, start, end, gateway);
    assertEquals(address(wantStart).orElseThrow(), range.start());
    assertEquals(address(wantEnd).orElseThrow(), range.end());
    assertEquals(address(wantGateway).orElseThrow(), range.gateway());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.0/31|||Network 192.0.2.0/31 too small to allocate from",
        "192.0.2.0/32|||Network 192.0.2.0/32 too small to allocate from",
        "fd00::/127|||Network fd00::/127 too small to allocate from",
        "fd00::/128|||Network fd00::/128 too small to allocate from",
        "192.0.2.12/24|||Network has host bits set. For a subnet mask of length 24 the network address is 192.0.2.0",
        "2001:DB8:24:19ff::/63|||Network has host bits set. For a subnet mask of length 63 the network address is 2001:db8:24:19fe::",
        "192.0.2.0/24|192.0.3.0||RangeStart 192.0.3.0 not in network 192.0.2.0/24",
        "192.0.2.0/24||192.0.4.0|RangeEnd 192.0.4.0 not in network 192.0.2.0/24",
        "192.0.2.0/24||fd00::1|RangeEnd fd00::1 not in network 192.0.2.0/24",
      })
  void canonical_badRange_throwsReferenceText(
      String subnet, String start, String end, String finding) {
    assertEquals(
        finding,
        assertThrows(IllegalArgumentException.class, () -> range(subnet, start, end, null))
            .getMessage());
  }

  @Test
  void canonical_endBeforeStart_throws() {
    assertEquals(
        "RangeStart 192.0.2.50 is after RangeEnd 192.0.2.40",
        assertThrows(
                IllegalArgumentException.class,
                () -> range("192.0.2.0/24", "192.0.2.50", "192.0.2.40", null))
            .getMessage());
  }

  @Test
  void contains_otherFamilySameBits_isFalse() {
    assertFalse(range("0.0.0.0/24", null, null, null).contains(address("::2").orElseThrow()));
  }

  @Test
  void overlaps_sharedEdge_isTrue() {
    AddressRange low = range("10.0.0.0/24", null, "10.0.0.127", null);
    AddressRange high = range("10.0.0.0/24", "10.0.0.127", null, null);
    assertTrue(low.overlaps(high));
    assertTrue(high.overlaps(low));
  }

  @Test
  void overlaps_sameSubnetSideBySide_isFalse() {
    AddressRange low = range("10.0.0.0/24", null, "10.0.0.127", null);
    assertFalse(low.overlaps(range("10.0.0.0/24", "10.0.0.128", null, null)));
  }

  @Test
  void size_gatewayInside_isNotCounted() {
    assertEquals(BigInteger.valueOf(253), range("10.0.0.0/24", null, null, null).size());
  }

  @Test
  void size_gatewayOutside_countsAll() {
    assertEquals(
        BigInteger.valueOf(11), range("10.0.0.0/24", "10.0.0.10", "10.0.0.20", null).size());
  }
}
