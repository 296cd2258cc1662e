package io.myriapod.kubernetes.directory;

import java.util.Arrays;

/** The text of a file, with its lines counted once. */
final class SourceText {
  private final String text;

  /** Offset of each line. */
  private final int[] starts;

  SourceText(String text) {
    this.text = text;
    int[] found = new int[(int) text.chars().filter(c -> c == '\n').count() + 1];
    for (int line = 1; line < found.length; line++) {
      found[line] = text.indexOf('\n', found[line - 1]) + 1;
    }
    this.starts = found;
  }

  String text() {
    return text;
  }

  /** The place of an offset; that of the end if the text is shorter. */
  Place at(int offset) {
    int within = Math.min(offset, text.length());
    int found = Arrays.binarySearch(starts, within);
    int line = found < 0 ? -found - 2 : found;
    return new Place(line + 1, within - starts[line] + 1);
  }

  /** Offset of a line, counted from 1; of the end if there are fewer. */
  int startOf(int line) {
    return line <= starts.length ? starts[line - 1] : text.length();
  }

  /** A line without its end; empty if there are fewer. */
  String line(int line) {
    int start = startOf(line);
    int end = line < starts.length ? startOf(line + 1) - 1 : text.length();
    boolean carriageReturn = end > start && text.charAt(end - 1) == '\r';
    return text.substring(Math.min(start, end), carriageReturn ? end - 1 : end);
  }
}
