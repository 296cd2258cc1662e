package io.myriapod.bench.run;

import java.util.List;
import java.util.Map;

/** A program to be run: its words, its whole environment, what it gets on stdin. */
public record Step(List<String> words, Map<String, String> environment, String stdin) {
  /** Copies the collections. */
  public Step {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** Without environment and input. */
  public static Step of(String... words) {
    return new Step(List.of(words), Map.of(), "");
  }
}
