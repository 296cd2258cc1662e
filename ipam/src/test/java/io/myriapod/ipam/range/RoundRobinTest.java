package io.myriapod.ipam.range;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.types.IpAddresses;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private final OccupiedRuns taken = new OccupiedRuns();

  private static RangeSet set(AddressRange... ranges) {
    return new RangeSet(List.of(ranges));
  }

  private void take(String... addresses) {
    Stream.of(addresses).map(IpAddresses::parse).map(AddressOrder::number).forEach(taken::add);
  }

  private String next(RangeSet set, String last) {
    return RoundRobin.next(set, Optional.ofNullable(last).map(IpAddresses::parse), taken)
        .map(IpAddresses::format)
        .orElse("none");
  }

  @Test
  void next_freshSet_startsAfterGateway() {
    assertEquals(
        "10.0.0.2", next(set(AddressRangeTest.range("10.0.0.0/24", null, null, null)), null));
  }

  @Test
  void next_lastKnown_continuesAfterIt() {
    assertEquals(
        "10.0.0.8", next(set(AddressRangeTest.range("10.0.0.0/24", null, null, null)), "10.0.0.7"));
  }

  @Test
  void next_lastIsEnd_wrapsToStart() {
    assertEquals(
        "10.0.0.2",
        next(set(AddressRangeTest.range("10.0.0.0/24", null, null, null)), "10.0.0.254"));
  }

  @Test
  void next_lastOutsideSet_startsAtStart() {
    assertEquals(
        "10.0.0.2", next(set(AddressRangeTest.range("10.0.0.0/24", null, null, null)), "10.9.0.7"));
  }

  @Test
  void next_gatewayInMiddle_isSkipped() {
    assertEquals(
        "10.0.0.8",
        next(set(AddressRangeTest.range("10.0.0.0/24", null, null, "10.0.0.7")), "10.0.0.6"));
  }

  @Test
  void next_gatewayAtEndOfRange_goesToNextRange() {
    assertEquals(
        "10.0.1.2",
        next(
            set(
                AddressRangeTest.range("10.0.0.0/30", null, null, "10.0.0.2"),
                AddressRangeTest.range("10.0.1.0/24", null, null, null)),
            "10.0.0.1"));
  }

  @Test
  void next_restOfRangeTaken_wrapsToFreedOne() {
    take("10.0.0.2", "10.0.0.4", "10.0.0.5", "10.0.0.6");
    assertEquals(
        "10.0.0.3", next(set(AddressRangeTest.range("10.0.0.0/29", null, null, null)), "10.0.0.5"));
  }

  @Test
  void next_onlyLastOneFree_isGivenAgain() {
    take("10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.6");
    assertEquals(
        "10.0.0.5", next(set(AddressRangeTest.range("10.0.0.0/29", null, null, null)), "10.0.0.5"));
  }

  @Test
  void next_allTaken_isNone() {
    take("10.0.0.2");
    assertEquals("none", next(set(AddressRangeTest.range("10.0.0.0/30", null, null, null)), null));
  }

  @Test
  void next_v6_walksBeyondThirtyTwoBits() {
    assertEquals(
        "fd00::1:0:0",
        next(set(AddressRangeTest.range("fd00::/64", null, null, null)), "fd00::ffff:ffff"));
  }

  @Test
  void next_endOfAddressSpace_doesNotOverflow() {
    take("255.255.255.255");
    assertEquals(
        "255.255.255.254",
        next(
            set(
                AddressRangeTest.range(
                    "255.255.255.252/30", "255.255.255.254", "255.255.255.255", null)),
            "255.255.255.255"));
  }
}
