package io.myriapod.kubernetes.directory;

/** Where something stands in a file; both count from 1, columns in UTF-16 units. */
public record Place(int line, int column) implements Comparable<Place> {
  /** The beginning of a file. */
  public static final Place FIRST = new Place(1, 1);

  /** Throws {@link IllegalArgumentException} below 1. */
  public Place {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("place %d:%d: want 1 or more".formatted(line, column));
    }
  }

  @Override
  public int compareTo(Place other) {
    return line == other.line
        ? Integer.compare(column, other.column)
        : Integer.compare(line, other.line);
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
