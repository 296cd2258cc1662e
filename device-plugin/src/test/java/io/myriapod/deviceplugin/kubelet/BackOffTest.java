package io.myriapod.deviceplugin.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private static final Duration FIRST = Duration.ofNanos(100);
  private static final Duration LONGEST = Duration.ofNanos(700);

  @Test
  void next_leastRandom_isHalfOfWhatDoublesUpToTheLimit() {
    assertEquals(List.of(50L, 100L, 200L, 350L, 350L), waits(new BackOff(FIRST, LONGEST, () -> 0)));
  }

  @Test
  void next_mostRandom_isBelowTheWhole() {
    assertEquals(
        List.of(99L, 199L, 398L, 696L, 696L), waits(new BackOff(FIRST, LONGEST, () -> 0.99)));
  }

  @Test
  void reset_afterSome_beginsAnew() {
    BackOff backOff = new BackOff(FIRST, LONGEST, () -> 0);
    waits(backOff);
    backOff.reset();

    assertEquals(50, backOff.next());
  }

  private static List<Long> waits(BackOff backOff) {
    return LongStream.generate(backOff::next).limit(5).boxed().toList();
  }
}
