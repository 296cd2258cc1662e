package io.myriapod.bench.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;

/**
 * What became of a program.
 *
 * @param begun before it was spawned, in nanoseconds of CLOCK_MONOTONIC
 * @param ended when it had been waited for
 * @param code its exit code
 */
public record Outcome(Step step, long begun, long ended, int code, String out, String err) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS = 1e6;

  /** Itself, or the reason why its row is worth nothing. */
  Outcome orThrow() {
    if (code != 0) {
      throw new BrokenRowException(
          "%s %s: exit code %d: %s %s"
              .formatted(
                  String.join(" ", step.words()),
                  step.environment().getOrDefault("CNI_COMMAND", ""),
                  code,
                  out.strip(),
                  err.strip()));
    }
    return this;
  }

  /** Its standard output as JSON. */
  public JsonNode json() {
    try {
      return JSON.readTree(out);
    } catch (JsonProcessingException e) {
      throw new BrokenRowException("%s: want JSON, got %s".formatted(step.words(), out), e);
    }
  }

  /** From the start of the first to the end of the last. */
  public static double millis(List<List<Outcome>> lanes) {
    long first = all(lanes).mapToLong(Outcome::begun).min().orElseThrow();
    long last = all(lanes).mapToLong(Outcome::ended).max().orElseThrow();
    return (last - first) / NANOS;
  }

  /** How long the program was there. */
  public double millis() {
    return (ended - begun) / NANOS;
  }

  /** From the end of an earlier program to the end of this one. */
  public double millisAfter(Outcome earlier) {
    return (ended - earlier.ended) / NANOS;
  }

  private static Stream<Outcome> all(List<List<Outcome>> lanes) {
    return lanes.stream().flatMap(List::stream);
  }
}
