package io.myriapod.deviceplugin.config;

import java.util.Optional;

/**
 * Something that is wrong or odd in a configuration.
 *
 * @param place such as {@code resourceList[2].selectors[0].pfNames[1]}, keys as they are written
 *     there; empty: the configuration as a whole
 * @param position of that place in the text; absent if it was not read from one
 * @param sentence what was found, and what is wanted
 */
public record Finding(
    Severity severity, String place, Optional<Position> position, String sentence) {
  /** What follows from a finding. */
  public enum Severity {
    /** The entry it is in cannot be used; if it is in none, nothing of the configuration can. */
    ERROR,
    /** All can be used, and something of it has no effect or another one than it may seem. */
    WARNING
  }

  /** Both count from 1, the column in bytes. */
  public record Position(int line, int column) {}

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** One line for the log: place, position, sentence. */
  @Override
  public String toString() {
    String at =
        position.map(one -> "line %d, column %d".formatted(one.line(), one.column())).orElse("");
    if (place.isEmpty()) {
      return at.isEmpty() ? sentence : at + ": " + sentence;
    }
    return at.isEmpty() ? place + ": " + sentence : "%s (%s): %s".formatted(place, at, sentence);
  }
}
