package io.myriapod.agent.cli;

import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;

/** Cells as lines of text with aligned columns. */
final class TextTable {
  /** What stands in a cell without a value. */
  static final String NONE = "-";

  private static final int LONGEST_CELL = 1_000;

  private TextTable() {}

  /**
   * A line for each line of cells. The kernel lets a link be called by what clears a screen: what a
   * terminal would obey is not shown.
   *
   * @param cells as many in each line; of the last column any length
   */
  static List<String> aligned(List<List<String>> cells) {
    List<List<String>> shown =
        cells.stream()
            .map(line -> line.stream().map(cell -> Quoted.oneLine(cell, LONGEST_CELL)).toList())
            .toList();
    int columns = shown.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : shown) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], line.get(column).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> line : shown) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < columns - 1; column++) {
        text.append(String.format("%-" + widths[column] + "s  ", line.get(column)));
      }
      lines.add(text.append(line.get(columns - 1)).toString());
    }
    return lines;
  }

  /** A line of cells whose middle is shown to those who want more. */
  static List<String> line(List<String> first, List<String> more, String last) {
    List<String> line = new ArrayList<>(first);
    line.addAll(more);
    line.add(last);
    return line;
  }
}
