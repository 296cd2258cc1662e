package io.myriapod.agent.status;

import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.FlightLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The newest operations that failed. The flight record is megabytes, so it is read once, when
 * somebody asks; what fails afterwards is remembered. Safe for use by many threads.
 */
public final class LastFailures {
  private static final int MOST = 5;

  private final FlightLog log;
  private final Deque<Flight> newest = new ArrayDeque<>();
  private boolean loaded;

  public LastFailures(FlightLog log) {
    this.log = log;
  }

  /** An operation ended; to be called after it was recorded, if it is. */
  public synchronized void ended(Flight flight) {
    if (loaded && flight.failure().isPresent() && newest.stream().noneMatch(same(flight))) {
      newest.addLast(flight);
      if (newest.size() > MOST) {
        newest.removeFirst();
      }
    }
  }

  /** It may have been recorded just before the record was read. */
  private static Predicate<Flight> same(Flight flight) {
    return one -> one.begun().equals(flight.begun()) && one.asked().equals(flight.asked());
  }

  /**
   * At most five, the oldest first.
   *
   * @throws IOException if the flight record is there and cannot be read
   */
  public synchronized List<Flight> list() throws IOException {
    if (!loaded) {
      newest.addAll(log.read(flight -> flight.failure().isPresent(), MOST));
      loaded = true;
    }
    return List.copyOf(newest);
  }
}
