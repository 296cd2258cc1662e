package io.myriapod.kubernetes.directory;

import java.util.List;
import java.util.function.IntFunction;

/** A text, and where in its file each of its characters stands. */
public final class PlacedText {
  private final String value;
  private final IntFunction<Place> places;

  PlacedText(String value, IntFunction<Place> places) {
    this.value = value;
    this.places = places;
  }

  /** A whole file. */
  public static PlacedText ofFile(String text) {
    SourceText source = new SourceText(text);
    return new PlacedText(text, source::at);
  }

  /** The text. */
  public String value() {
    return value;
  }

  /** Where it begins. */
  public Place begin() {
    return places.apply(0);
  }

  /** Where the character of that offset is. */
  public Place atOffset(int offset) {
    return places.apply(Math.min(Math.max(offset, 0), value.length()));
  }

  /**
   * Where that line and column of the text itself is, as a JSON reader tells them.
   *
   * @param line from 1
   * @param column from 1
   */
  public Place at(int line, int column) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      start = value.indexOf('\n', start) + 1;
    }
    return atOffset(start + column - 1);
  }

  /**
   * Where the key is that a JSON text has at that path, written as {@code
   * ipam.ranges[0][1].subnet}; of a path that it does not have the nearest one above.
   */
  public Place atKey(String path) {
    return places.apply(JsonPaths.find(value, JsonPaths.steps(path)).offset());
  }

  /** Whether a JSON text has something at that path. */
  public boolean hasKey(String path) {
    List<String> steps = JsonPaths.steps(path);
    return !steps.isEmpty() && JsonPaths.find(value, steps).steps() == steps.size();
  }
}
