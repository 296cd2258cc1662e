package io.myriapod.linux.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.netlink.Frames;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Frames that Linux 6.18 sent to {@code tc qdisc show} and {@code tc filter show}. */
class TrafficDecoderTest {
  private static final String FILTER =
      """
      2c 00 02 00 d0 2d 03 6b 75 0d 00 00
      00 00 00 00 03 00 00 00 00 08 00 80 00 00 ff ff
      00 03 01 00 08 00 01 00 75 33 32 00 08 00 0b 00
      00 00 00 00 e8 00 02 00 24 00 05 00 01 00 01 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 08 00 02 00
      00 00 00 80 08 00 01 00 01 00 01 00 08 00 0b 00
      08 00 00 00 a8 00 07 00 a4 00 01 00 0b 00 01 00
      6d 69 72 72 65 64 00 00 44 00 04 00 14 00 01 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      14 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 18 00 03 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 08 00 0a 00
      00 00 00 00 48 00 02 00 20 00 02 00 01 00 00 00
      00 00 00 00 04 00 00 00 01 00 00 00 01 00 00 00
      01 00 00 00 04 00 00 00 24 00 01 00 01 00 00 00
      00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00
      """;

  @Test
  void qdisc_tbfOf40Gigabit_hasItsParameters() {
    Qdisc qdisc =
        TrafficDecoder.qdisc(
            Frames.message(
                """
                64 00 00 00 24 00 02 00 d0 2d 03 6b 69 0d 00 00
                00 00 00 00 03 00 00 00 00 00 01 00 ff ff ff ff
                03 00 00 00 08 00 01 00 74 62 66 00 38 00 02 00
                28 00 01 00 00 01 00 00 00 00 00 00 ff ff ff ff
                00 00 00 00 00 00 00 00 00 00 00 00 80 9b 82 07
                34 0c 00 00 00 00 00 00 0c 00 04 00 00 f2 05 2a
                01 00 00 00
                """));

    TokenBucket bucket = new TokenBucket(5_000_000_000L, 0xc34, 126_000_000);
    assertEquals(new Qdisc("tbf", 0x1_0000, new Qdisc.Tbf(bucket)), qdisc);
    assertEquals("1:", qdisc.shownHandle());
    assertFalse(qdisc.isDefault());
  }

  @Test
  void qdisc_tbfCutOff_isOneWithoutParameters() {
    Qdisc qdisc =
        TrafficDecoder.qdisc(
            Frames.message(
                """
                2c 00 00 00 24 00 02 00 d0 2d 03 6b 69 0d 00 00
                00 00 00 00 03 00 00 00 00 00 00 00 ff ff ff ff
                03 00 00 00 08 00 01 00 74 62 66 00
                """));

    assertEquals(new Qdisc("tbf", 0, new Qdisc.Plain()), qdisc);
    assertTrue(qdisc.isDefault());
  }

  @Test
  void filter_redirectOfAll_hasItsTarget() {
    IngressFilter filter =
        TrafficDecoder.filter(Frames.message("1c 01 00 00 " + FILTER)).orElseThrow();

    assertEquals(new IngressFilter("u32", 1, 3, true, Optional.of(4)), filter);
    assertTrue(filter.redirectsAllTo(4));
    assertFalse(filter.redirectsAllTo(5));
  }

  @Test
  void filter_messageOfItsTable_isNone() {
    assertEquals(
        Optional.empty(),
        TrafficDecoder.filter(
            Frames.message(
                """
                40 00 00 00 2c 00 02 00 d0 2d 03 6b 75 0d 00 00
                00 00 00 00 03 00 00 00 00 00 00 80 00 00 ff ff
                00 03 01 00 08 00 01 00 75 33 32 00 08 00 0b 00
                00 00 00 00 0c 00 02 00 08 00 04 00 01 00 00 00
                """)));
  }
}
