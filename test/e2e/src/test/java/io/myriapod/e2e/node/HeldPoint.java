package io.myriapod.e2e.node;

import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A point in the journal's work at which an agent stops for ever, to be killed there. */
public record HeldPoint(String name, Path reached) {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** On that node; the name is {@code PHASE} or {@code PHASE:DETAIL}. */
  public static HeldPoint of(PodNode node, String name) {
    try {
      Path reached = node.root().resolve("reached");
      Files.deleteIfExists(reached);
      return new HeldPoint(name, reached);
    } catch (IOException e) {
      throw new UncheckedIOException("forget an earlier point", e);
    }
  }

  /** What the agent's JVM must be told. */
  public String[] options() {
    return List.of("-Dmyriapod.failpoint=" + name, "-Dmyriapod.failpoint.reached=" + reached)
        .toArray(String[]::new);
  }

  /** Waits until the agent is there; an assertion error if the work ends without. */
  public void await(BooleanSupplier ended) {
    Waiting.until(LONGEST, name, () -> isReached() || ended.getAsBoolean());
    if (!isReached()) {
      throw new AssertionError(name + ": the operation ended without having come there");
    }
  }

  /** Whether an agent has come there. */
  public boolean isReached() {
    return Files.exists(reached);
  }
}
