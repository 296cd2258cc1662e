package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Graph.Box;
import io.myriapod.agent.topology.Graph.Form;
import io.myriapod.agent.topology.Graph.Row;
import io.myriapod.agent.topology.Graph.Wire;
import java.util.HashMap;
import java.util.Map;

/** The picture as text for graphviz: {@code myriapod topology -o dot | dot -Tpdf}. */
public final class DotDrawing {
  private final Map<String, String> names = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  private DotDrawing() {}

  /** The whole digraph; the same topology gives the same bytes. */
  public static String of(Topology topology) {
    return new DotDrawing().drawn(topology);
  }

  private String drawn(Topology topology) {
    Graph graph = Graph.of(topology);
    out.append("digraph myriapod {\n");
    out.append("  rankdir=LR; nodesep=0.2; ranksep=1.2; labelloc=t; fontname=\"Helvetica\";\n");
    String title = "%s: %s".formatted(topology.node(), topology.summary());
    out.append("  label=<%s>;\n".formatted(Markup.escaped(title)));
    out.append("  node [shape=box, style=\"rounded\", fontname=\"Courier\", fontsize=10];\n");
    out.append("  edge [arrowhead=none, color=\"#94a3b8\"];\n");
    for (Box box : graph.boxes()) {
      names.put(box.id(), "n" + names.size());
      box(box);
    }
    graph.wires().forEach(this::wire);
    return out.append("}\n").toString();
  }

  private void box(Box box) {
    String name = names.get(box.id());
    if (box.form() == Form.POD) {
      out.append("  %s [shape=plain, label=<%s>];\n".formatted(name, table(box)));
      return;
    }
    StringBuilder label = new StringBuilder("<B>%s</B>".formatted(Markup.escaped(box.title())));
    box.lines().stream()
        .filter(line -> !line.isEmpty())
        .forEach(line -> label.append("<BR/>").append(Markup.escaped(line)));
    out.append("  %s [label=<%s>%s];\n".formatted(name, label, look(box)));
  }

  private static String look(Box box) {
    return switch (box.form()) {
      case CARD -> ", style=\"filled,rounded\", fillcolor=\"#e2e8f0\"";
      case REST -> ", style=\"dashed,rounded\"";
      case NETWORK -> ", color=\"%s\"".formatted(colour(box.hue()));
      default -> "";
    };
  }

  private static String colour(int hue) {
    return SvgStyle.LIGHT[SvgStyle.colour(hue)];
  }

  private static String table(Box box) {
    StringBuilder table =
        new StringBuilder(
            "<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"4\">"
                + "<TR><TD BGCOLOR=\"#e2e8f0\"><B>%s</B></TD></TR>"
                    .formatted(Markup.escaped(box.title())));
    for (int i = 0; i < box.rows().size(); i++) {
      Row row = box.rows().get(i);
      table.append(
          "<TR><TD PORT=\"r%d\" ALIGN=\"LEFT\"><B>%s</B> %s<BR ALIGN=\"LEFT\"/>%s</TD></TR>"
              .formatted(
                  i,
                  Markup.escaped(row.name()),
                  Markup.escaped(String.join(", ", row.lines())),
                  row.detail().isEmpty()
                      ? ""
                      : Markup.escaped(row.detail()) + "<BR ALIGN=\"LEFT\"/>"));
    }
    return table.append("</TABLE>").toString();
  }

  private void wire(Wire wire) {
    String port = wire.row() < 0 ? "" : ":r%d:w".formatted(wire.row());
    String colour = wire.hue() < 0 ? "" : "color=\"%s\"".formatted(colour(wire.hue()));
    String style = wire.trouble() ? "style=dashed " : "";
    out.append(
        "  %s -> %s%s [%s%s];\n"
            .formatted(names.get(wire.from()), names.get(wire.to()), port, style, colour));
  }
}
