package io.myriapod.linux.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {
  private static final Duration LATENCY = Duration.ofMillis(25);

  /** The first two as the reference bandwidth plugin 1.9.1 sent them, seen with strace. */
  @ParameterizedTest
  @CsvSource({
    "1000000, 10000, 156250, 35000",
    "5000000000, 1000000, 3125, 126000000",
    "1250000, 12500, 156250, 43750",
    "1250001, 12500, 156234, 43750",
    "1, 1, 15625000, 1",
  })
  void of_rateAndBurst_isWhatTcComputes(long rate, long burst, long ticks, long limit) {
    assertEquals(new TokenBucket(rate, ticks, limit), TokenBucket.of(rate, burst, LATENCY));
  }

  @Test
  void of_burstOfMoreThan274Seconds_endsThere() {
    TokenBucket bucket = TokenBucket.of(1_000, 4_294_967_294L, LATENCY);

    assertEquals(new TokenBucket(1_000, 0xffff_ffffL, 0xffff_ffffL), bucket);
  }

  @ParameterizedTest
  @CsvSource({
    "1000000, 10000, 10000", // whole bucket
    "1000000, 1, 0", // 15 ticks, 960 ns
    "1000, 100000, 4294", // 2^32 ns of the rate
  })
  void largestPacket_ofBucket_isWhatTheKernelTakes(long rate, long burst, long bytes) {
    assertEquals(bytes, TokenBucket.of(rate, burst, LATENCY).largestPacket());
  }

  @Test
  void new_outOfBounds_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TokenBucket(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new TokenBucket(1, 0x1_0000_0000L, 1));
    assertThrows(IllegalArgumentException.class, () -> new TokenBucket(1, 1, -1));
  }
}
