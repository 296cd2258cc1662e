package io.myriapod.e2e.node;

import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A point in the journal's work at which an agent stops for ever, to be killed there. */
public record HeldPoint(String name, Path armed) {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /**
   * On that node, for agents with its options; the name is {@code PHASE} or {@code PHASE:DETAIL}.
   */
  public static HeldPoint of(PodNode node, String name) {
    HeldPoint point = new HeldPoint(name, file(node));
    try {
      Files.deleteIfExists(point.reached());
      Path draft = node.root().resolve("failpoint.new");
      Files.move(Files.writeString(draft, name), point.armed, StandardCopyOption.ATOMIC_MOVE);
      return point;
    } catch (IOException e) {
      throw new UncheckedIOException("arm " + name, e);
    }
  }

  /** What the JVM of an agent must be told that is to stop there. */
  public String[] options() {
    return new String[] {"-Dmyriapod.failpoint=" + armed};
  }

  /** The same for one that is to stop at a point that is armed later. */
  public static String[] options(PodNode node) {
    return new HeldPoint("", file(node)).options();
  }

  private static Path file(PodNode node) {
    return node.root().resolve("failpoint");
  }

  /** Agents pass it from now on. */
  public void disarm() {
    try {
      Files.deleteIfExists(armed);
    } catch (IOException e) {
      throw new UncheckedIOException("disarm " + name, e);
    }
  }

  private Path reached() {
    return armed.resolveSibling("failpoint.reached");
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
    return Files.exists(reached());
  }
}
