package io.myriapod.ipam.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.IpAddresses;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeSetTest {
  private static AddressRange subnet(String text) {
    return AddressRangeTest.range(text, null, null, null);
  }

  private static String problemOf(AddressRange... ranges) {
    return assertThrows(IllegalArgumentException.class, () -> new RangeSet(List.of(ranges)))
        .getMessage();
  }

  @Test
  void construct_noRange_throws() {
    assertEquals("empty range set", problemOf());
  }

  @Test
  void construct_bothFamilies_throws() {
    assertEquals("mixed address families", problemOf(subnet("10.0.0.0/24"), subnet("fd00::/64")));
  }

  @Test
  void construct_overlap_namesBoth() {
    assertEquals(
        "subnets 10.0.0.1-10.0.15.254 and 10.0.1.1-10.0.1.254 overlap",
        problemOf(subnet("10.0.0.0/20"), subnet("10.0.1.0/24")));
  }

  @Test
  void rangeOf_secondRange_isFound() {
    RangeSet set = new RangeSet(List.of(subnet("10.0.0.0/24"), subnet("10.0.1.0/24")));
    assertEquals(subnet("10.0.1.0/24"), set.rangeOf(IpAddresses.parse("10.0.1.9")).orElseThrow());
    assertTrue(set.rangeOf(IpAddresses.parse("10.0.2.9")).isEmpty());
  }

  @Test
  void toString_twoRanges_joinsWithComma() {
    assertEquals(
        "10.0.0.1-10.0.0.254,10.0.1.1-10.0.1.254",
        new RangeSet(List.of(subnet("10.0.0.0/24"), subnet("10.0.1.0/24"))).toString());
  }
}
