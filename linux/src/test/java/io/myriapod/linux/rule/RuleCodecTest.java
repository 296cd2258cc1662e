package io.myriapod.linux.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Golden frames of iproute2 6.1, taken as those of LinkRequestsTest. */
class RuleCodecTest {
  private static final RuleEntry LOCAL = new RuleEntry(false, Optional.empty(), 255, 0, true);
  private static final RuleEntry MAIN = new RuleEntry(false, Optional.empty(), 254, 32_766, true);

  private static RuleEntry from(String address, int table) {
    return RuleEntry.from(IpAddresses.parse(address), table, 32_765);
  }

  /** {@code ip rule add from 10.1.2.2 table 100 pref 32765} */
  @Test
  void add_ipv4_equalsIproute2() {
    assertEquals(
        """
        2c 00 00 00 20 00 05 06 00 00 00 00 00 00 00 00
        02 00 20 00 64 00 00 01 00 00 00 00 08 00 02 00
        0a 01 02 02 08 00 06 00 fd 7f 00 00
        """,
        Frames.acknowledged(RuleCodec.add(from("10.1.2.2", 100))));
  }

  /** {@code ip -6 rule add from fd00:1::2 table 300 pref 32765} */
  @Test
  void add_ipv6WithALargeTable_equalsIproute2() {
    assertEquals(
        """
        40 00 00 00 20 00 05 06 00 00 00 00 00 00 00 00
        0a 00 80 00 00 00 00 01 00 00 00 00 14 00 02 00
        fd 00 00 01 00 00 00 00 00 00 00 00 00 00 00 02
        08 00 0f 00 2c 01 00 00 08 00 06 00 fd 7f 00 00
        """,
        Frames.acknowledged(RuleCodec.add(from("fd00:1::2", 300))));
  }

  /** {@code ip rule del from 10.1.2.2 table 100 pref 32765} */
  @Test
  void delete_ipv4_equalsIproute2() {
    assertEquals(
        """
        2c 00 00 00 21 00 05 00 00 00 00 00 00 00 00 00
        02 00 20 00 64 00 00 00 00 00 00 00 08 00 02 00
        0a 01 02 02 08 00 06 00 fd 7f 00 00
        """,
        Frames.acknowledged(RuleCodec.delete(from("10.1.2.2", 100))));
  }

  /** Nothing but the family may be set, or the kernel's strict check refuses the dump. */
  @Test
  void list_ofAFamily_hasAnEmptyHeader() {
    assertEquals(
        """
        1c 00 00 00 22 00 05 00 00 00 00 00 00 00 00 00
        0a 00 00 00 00 00 00 00 00 00 00 00
        """,
        Frames.acknowledged(RuleCodec.list(10)));
  }

  /** As the kernel answered {@code ip rule show} for {@code from 10.1.2.2 lookup 100}. */
  @Test
  void decode_ofTheKernel_isPlain() {
    String frame =
        """
        44 00 00 00 20 00 02 00 00 00 00 00 00 00 00 00
        02 00 20 00 64 00 00 01 00 00 00 00 08 00 0f 00
        64 00 00 00 08 00 0e 00 ff ff ff ff 05 00 15 00
        00 00 00 00 08 00 06 00 fd 7f 00 00 08 00 02 00
        0a 01 02 02
        """;

    assertEquals(Optional.of(from("10.1.2.2", 100)), RuleCodec.decode(Frames.message(frame)));
  }

  @Test
  void decode_whatWasWritten_isTheSame() {
    RuleEntry rule = from("fd00:1::2", 70_000);

    assertEquals(Optional.of(rule), RuleCodec.decode(Frames.message(RuleCodec.add(rule))));
  }

  /** {@code from 10.1.2.2 iif lo lookup 100}: FRA_IIFNAME */
  @Test
  void decode_withAnotherSelector_isNotPlainAndCannotBeWritten() {
    String frame =
        """
        34 00 00 00 20 00 02 00 00 00 00 00 00 00 00 00
        02 00 20 00 64 00 00 01 00 00 00 00 08 00 02 00
        0a 01 02 02 07 00 03 00 6c 6f 00 00 08 00 06 00
        fd 7f 00 00
        """;

    RuleEntry rule = RuleCodec.decode(Frames.message(frame)).orElseThrow();

    assertFalse(rule.plain());
    assertEquals(Optional.of(IpPrefix.parse("10.1.2.2/32")), rule.source());
    assertThrows(IllegalArgumentException.class, () -> RuleCodec.delete(rule));
  }

  @Test
  void nextPriority_asTheKernelCounts_isBeforeTheSecond() {
    assertEquals(32_765, Rules.nextPriority(List.of(LOCAL, MAIN), false));
    assertEquals(32_764, Rules.nextPriority(List.of(LOCAL, from("10.1.2.2", 100), MAIN), false));
    assertEquals(1, Rules.nextPriority(List.of(LOCAL, MAIN), true));
    RuleEntry first = RuleEntry.from(IpAddresses.parse("10.1.2.2"), 100, 1);
    assertEquals(1, Rules.nextPriority(List.of(LOCAL, first, MAIN), false));
  }

  @Test
  void described_everyKind_namesSourceTableAndPriority() {
    assertEquals(
        "from 10.1.2.2/32 lookup 100 with priority 32765", from("10.1.2.2", 100).described());
    assertEquals("from all lookup 254 with priority 32766", MAIN.described());
  }
}
