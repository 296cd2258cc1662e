package io.myriapod.agent.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyCollectionTest {
  @ParameterizedTest
  @CsvSource({
    "0, 80, 16", // a young agent: no collection for little
    "8, 80, 16",
    "24, 80, 30",
    "72, 80, 80", // the JVM's own limit comes first
    "24, -1, 30",
  })
  void threshold_isAQuarterOverWhatIsAlive(long alive, long limit, long threshold) {
    long mib = 1 << 20;

    assertEquals(
        threshold * mib, EarlyCollection.threshold(alive * mib, limit < 0 ? limit : limit * mib));
  }
}
