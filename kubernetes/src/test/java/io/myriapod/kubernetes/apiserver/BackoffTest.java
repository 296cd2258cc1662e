package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Optional<Duration> NOTHING = Optional.empty();

  @Test
  void after_moreAttempts_doublesUpToTheLongest() {
    Backoff latest = new Backoff(() -> 1);

    assertEquals(Duration.ofMillis(400), latest.after(1, NOTHING));
    assertEquals(Duration.ofMillis(800), latest.after(2, NOTHING));
    assertEquals(Duration.ofSeconds(30), latest.after(8, NOTHING));
    assertEquals(Duration.ofSeconds(30), latest.after(Integer.MAX_VALUE, NOTHING));
  }

  @Test
  void after_chanceIsNone_isHalf() {
    assertEquals(Duration.ofMillis(200), new Backoff(() -> 0).after(1, NOTHING));
  }

  @Test
  void after_serverAsksForLonger_isThatUpToAMinute() {
    Backoff backoff = new Backoff(() -> 1);

    assertEquals(Duration.ofSeconds(7), backoff.after(1, Optional.of(Duration.ofSeconds(7))));
    assertEquals(Duration.ofMinutes(1), backoff.after(1, Optional.of(Duration.ofDays(1))));
  }

  @Test
  void after_serverAsksForLess_isOurs() {
    assertEquals(
        Duration.ofMillis(800), new Backoff(() -> 1).after(2, Optional.of(Duration.ofMillis(100))));
  }
}
