package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Graph.Box;
import io.myriapod.agent.topology.Graph.Form;
import io.myriapod.agent.topology.Graph.Row;
import io.myriapod.agent.topology.Graph.Wire;
import io.myriapod.agent.topology.Layout.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A picture: cards at the left, pods at the right. Well-formed XML without scripts and links; the
 * same topology gives the same bytes. Element {@code g} of a box has its id as {@code data-id}.
 */
public final class SvgDrawing {
  private static final double CHAR = 7.25; // of a 12 pixel monospaced letter
  private static final double SMALL_CHAR = 6.35;
  private static final int LONGEST_TITLE = 34;
  private static final int LONGEST_LINE = 40;
  private static final int LONGEST_DETAIL = 46;
  private static final double MARGIN = 24;
  private static final double TOP = 104;
  private static final double PAD = 12;
  private static final double BETWEEN = 92;

  /** Of boxes side by side. */
  private static final double ASIDE = 40;

  private static final double LINE = 16;
  private static final double SMALL_LINE = 14;
  private static final double LEAST_WIDTH = 120;
  private static final double LEAST_CANVAS = 420;

  private final Topology topology;
  private final Graph graph;
  private final Layout layout;
  private final Map<String, Box> boxes;
  private final double[] x;
  private final double[] width;
  private final double nameWidth;
  private final StringBuilder out = new StringBuilder();

  private SvgDrawing(Topology topology) {
    this.topology = topology;
    this.graph = Graph.of(topology);
    this.layout = new Layout(graph, SvgDrawing::height);
    this.boxes = graph.boxes().stream().collect(Collectors.toMap(Box::id, Function.identity()));
    this.nameWidth =
        graph.boxes().stream()
                .flatMap(box -> box.rows().stream())
                .mapToDouble(row -> row.name().length() * CHAR)
                .max()
                .orElse(0)
            + 14;
    this.width = widths();
    this.x = new double[width.length];
    double left = MARGIN;
    for (int column = 0; column < width.length; column++) {
      x[column] = left;
      left += width[column] == 0 ? 0 : width[column] + BETWEEN;
    }
  }

  /** The whole document. */
  public static String of(Topology topology) {
    return new SvgDrawing(topology).drawn();
  }

  private static double height(Box box) {
    double rows = box.rows().stream().mapToDouble(SvgDrawing::height).sum();
    long lines = box.lines().stream().filter(line -> !line.isEmpty()).count();
    return box.form() == Form.POD ? 26 + rows : 14 + LINE + lines * SMALL_LINE;
  }

  private static double height(Row row) {
    return 8 + Math.max(1, row.lines().size()) * LINE + (row.detail().isEmpty() ? 0 : SMALL_LINE);
  }

  private double[] widths() {
    double[] widest = new double[graph.columns()];
    for (Box box : graph.boxes()) {
      double needed = Math.min(LONGEST_TITLE, box.title().length()) * CHAR;
      for (String line : box.lines()) {
        needed = Math.max(needed, Math.min(LONGEST_LINE, line.length()) * SMALL_CHAR);
      }
      for (Row row : box.rows()) {
        for (String line : row.lines()) {
          needed = Math.max(needed, nameWidth + Math.min(LONGEST_LINE, line.length()) * CHAR);
        }
        int detail = Math.min(LONGEST_DETAIL, row.detail().length());
        needed = Math.max(needed, detail * SMALL_CHAR + PAD);
      }
      widest[box.column()] =
          Math.max(widest[box.column()], Math.max(LEAST_WIDTH, needed + 2 * PAD));
    }
    return widest;
  }

  private String drawn() {
    double wide = MARGIN;
    for (int column = 0; column < width.length; column++) {
      wide = width[column] == 0 ? wide : x[column] + width[column] + MARGIN;
    }
    wide += (layout.abreast() - 1) * (width[graph.columns() - 1] + ASIDE);
    wide = Math.max(LEAST_CANVAS, wide);
    double high = TOP + layout.height() + MARGIN + (topology.pods().isEmpty() ? LINE : 0);
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$s\" height=\"%2$s\""
            + " viewBox=\"0 0 %1$s %2$s\" role=\"img\" aria-labelledby=\"topology-title\">\n",
        number(wide), number(high));
    String title = "%s: %s".formatted(topology.node(), topology.summary());
    add("<title id=\"topology-title\">%s</title>\n", Markup.escaped(title));
    add("<style>%s</style>\n", SvgStyle.TEXT);
    add("<rect class=\"bg\" width=\"%s\" height=\"%s\"/>\n", number(wide), number(high));
    text("n", MARGIN, 36, Markup.cut(topology.node(), LONGEST_TITLE));
    text("m", MARGIN, 56, topology.summary());
    headings();
    graph.wires().forEach(this::wire);
    graph.boxes().forEach(this::box);
    if (topology.pods().isEmpty()) {
      text("m", MARGIN, TOP + layout.height() + LINE, "No pod is attached.");
    }
    return out.append("</svg>\n").toString();
  }

  private void headings() {
    for (int column = 0; column < width.length; column++) {
      if (width[column] > 0) {
        text("h", x[column], TOP - 14, heading(column));
      }
    }
  }

  private String heading(int column) {
    if (column >= graph.firstNetwork()) {
      return column == graph.firstNetwork() ? "NETWORKS" : "PODS";
    }
    return switch (column) {
      case 0 -> "CARDS";
      case 1 -> "FUNCTIONS AND LINKS";
      default -> "";
    };
  }

  private void wire(Wire wire) {
    Box from = boxes.get(wire.from());
    Box to = boxes.get(wire.to());
    List<double[]> points = new ArrayList<>();
    points.add(new double[] {x[from.column()] + width[from.column()], middle(from)});
    for (int column = from.column() + 1; column < to.column(); column++) {
      for (Slot slot : layout.way(wire, column)) {
        points.add(new double[] {x[column], TOP + slot.middle()});
        points.add(new double[] {x[column] + width[column], TOP + slot.middle()});
      }
    }
    if (layout.of(to).place() > 0) {
      double channel = top(to) - Layout.CHANNEL - 6 + channel(wire.hue());
      points.add(new double[] {x[to.column()], channel});
      points.add(new double[] {left(to) - ASIDE / 2, channel});
    }
    points.add(new double[] {left(to), end(to, wire.row())});
    String colour = wire.hue() < 0 ? "" : " w" + SvgStyle.colour(wire.hue());
    add(
        "<path class=\"wire%s%s\" d=\"%s\"/>\n",
        colour, wire.trouble() ? " bad" : "", path(points));
  }

  /** Curves that leave and arrive level. */
  private static String path(List<double[]> points) {
    StringBuilder path = new StringBuilder();
    double[] last = points.get(0);
    path.append("M%s %s".formatted(number(last[0]), number(last[1])));
    for (double[] next : points.subList(1, points.size())) {
      double half = (last[0] + next[0]) / 2;
      path.append(
          "C%1$s %2$s %1$s %3$s %4$s %3$s"
              .formatted(number(half), number(last[1]), number(next[1]), number(next[0])));
      last = next;
    }
    return path.toString();
  }

  /** Wires of one network run in one line. */
  private static double channel(int hue) {
    return hue < 0 ? 0 : 2 * (1 + SvgStyle.colour(hue));
  }

  private double left(Box box) {
    return x[box.column()] + layout.of(box).place() * (width[box.column()] + ASIDE);
  }

  private double top(Box box) {
    return TOP + layout.of(box).y();
  }

  private double middle(Box box) {
    return TOP + layout.of(box).middle();
  }

  private double end(Box box, int row) {
    if (row < 0) {
      return middle(box);
    }
    double y = top(box) + 26;
    for (Row before : box.rows().subList(0, row)) {
      y += height(before);
    }
    return y + 4 + LINE / 2;
  }

  private void box(Box box) {
    double left = left(box);
    double top = top(box);
    String form = box.form().name().toLowerCase(Locale.ROOT);
    add("<g data-id=\"%s\"><title>%s</title>", Markup.escaped(box.id()), Markup.escaped(tip(box)));
    add(
        "<rect class=\"box %s%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%d\"/>",
        form,
        box.form() == Form.NETWORK ? " w" + SvgStyle.colour(box.hue()) : "",
        number(left),
        number(top),
        number(width[box.column()]),
        number(height(box)),
        box.form() == Form.NETWORK ? 15 : 7);
    if (box.form() == Form.POD) {
      rows(box, left, top);
    }
    text("t", left + PAD, top + 18, Markup.cut(box.title(), LONGEST_TITLE));
    double y = top + 18;
    for (String line : box.lines()) {
      y += SMALL_LINE;
      if (!line.isEmpty()) {
        text("s", left + PAD, y, Markup.cut(line, LONGEST_LINE));
      }
    }
    out.append("</g>\n");
  }

  private static String tip(Box box) {
    List<String> words = new ArrayList<>(List.of(box.title()));
    words.addAll(box.lines());
    words.removeIf(String::isEmpty);
    return String.join(", ", words);
  }

  private void rows(Box box, double left, double top) {
    double wide = width[box.column()];
    add(
        "<path class=\"head\" d=\"M%s %sv-19a6.5 6.5 0 0 1 6.5 -6.5h%sa6.5 6.5 0 0 1 6.5 6.5v19z\"/>",
        number(left + 0.6), number(top + 26), number(wide - 14.2));
    double y = top + 26;
    for (Row row : box.rows()) {
      if (y > top + 26) {
        add(
            "<path class=\"line\" d=\"M%s %sh%s\"/>",
            number(left + 1), number(y), number(wide - 2));
      }
      row(row, left, y);
      y += height(row);
    }
  }

  private void row(Row row, double left, double top) {
    double y = top + 4 + LINE - 4;
    if (row.hue() >= 0) {
      add(
          "<circle class=\"f%d\" cx=\"%s\" cy=\"%s\" r=\"3.5\"/>",
          SvgStyle.colour(row.hue()), number(left), number(top + 4 + LINE / 2));
    }
    text("t", left + PAD, y, row.name());
    double line = y;
    for (String one : row.lines()) {
      text("", left + PAD + nameWidth, line, Markup.cut(one, LONGEST_LINE));
      line += LINE;
    }
    if (!row.detail().isEmpty()) {
      double below = y + (Math.max(1, row.lines().size()) - 1) * LINE + SMALL_LINE;
      String style = row.trouble() ? "s why" : "s";
      text(style, left + PAD, below, Markup.cut(row.detail(), LONGEST_DETAIL));
    }
  }

  private void text(String style, double left, double base, String text) {
    add(
        "<text%s x=\"%s\" y=\"%s\">%s</text>",
        style.isEmpty() ? "" : " class=\"%s\"".formatted(style),
        number(left),
        number(base),
        Markup.escaped(text));
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  private static String number(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }
}
