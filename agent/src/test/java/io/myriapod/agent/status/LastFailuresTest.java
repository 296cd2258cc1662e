package io.myriapod.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.flight.Flight.Failure;
import io.myriapod.agent.flight.FlightLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastFailuresTest {
  private static final Failure FAILURE = new Failure(7, "it is so", "do this");

  @TempDir private Path folder;
  private FlightLog log;
  private LastFailures failures;

  @BeforeEach
  void open() {
    log = new FlightLog(folder);
    failures = new LastFailures(log);
  }

  private static Flight flight(int second, Optional<Failure> failure) {
    return new Flight(
        Instant.ofEpochSecond(second),
        new Asked("ADD", "myriapod", "box", "eth0", "node", "shop/p" + second),
        1,
        Map.of(),
        List.of(),
        failure);
  }

  private void ends(int second, Optional<Failure> failure) {
    log.append(flight(second, failure));
    failures.ended(flight(second, failure));
  }

  private List<Long> seconds() throws IOException {
    return failures.list().stream().map(flight -> flight.begun().getEpochSecond()).toList();
  }

  @Test
  void list_beforeAndAfterTheFirstLook_isTheNewestFiveThatFailed() throws IOException {
    ends(1, Optional.of(FAILURE));
    ends(2, Optional.empty());
    ends(3, Optional.of(FAILURE));
    assertEquals(List.of(1L, 3L), seconds());

    for (int second = 4; second < 9; second++) {
      ends(second, Optional.of(FAILURE));
    }
    ends(9, Optional.empty());

    assertEquals(List.of(4L, 5L, 6L, 7L, 8L), seconds());
  }

  /** Recorded, then read by somebody else, then told of. */
  @Test
  void ended_recordedBeforeTheFirstLook_isThereOnce() throws IOException {
    log.append(flight(1, Optional.of(FAILURE)));
    assertEquals(List.of(1L), seconds());

    failures.ended(flight(1, Optional.of(FAILURE)));

    assertEquals(List.of(1L), seconds());
  }
}
