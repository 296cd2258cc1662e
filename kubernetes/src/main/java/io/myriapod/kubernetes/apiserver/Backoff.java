package io.myriapod.kubernetes.apiserver;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Pauses between attempts: twice as long each time, up to 30 s, and at most half of each by chance,
 * so that the nodes of a cluster do not come back together. What the server asks for comes first.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(400);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);

  private final DoubleSupplier chance;

  /** Takes numbers from 0 to 1. */
  Backoff(DoubleSupplier chance) {
    this.chance = chance;
  }

  /** The pause after that many attempts, which is one at least. */
  Duration after(int attempts, Optional<Duration> asked) {
    int doublings = Math.min(attempts - 1, 10);
    long usual = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
    long ours = usual / 2 + (long) (usual / 2.0 * chance.getAsDouble());
    long theirs = asked.map(Duration::toMillis).orElse(0L);
    return Duration.ofMillis(Math.max(ours, Math.min(theirs, LONGEST_ASKED.toMillis())));
  }
}
