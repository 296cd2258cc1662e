package io.myriapod.kubernetes.directory;

import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Places in a YAML document.
 *
 * @param number of the document among those of the file that are not empty, from 0
 */
record YamlPlaces(SourceText source, YamlDocuments documents, int number)
    implements DocumentPlaces {
  /** A value, and where its key or, without one, it itself begins. */
  private record Spot(Node value, Mark mark) {}

  @Override
  public Place at(List<String> path) {
    return place(spot(path).mark());
  }

  static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Spot spot(List<String> path) {
    Node root = documents.get(number);
    Spot spot = new Spot(root, root.getStartMark());
    for (String step : path) {
      Optional<Spot> next = next(spot.value(), step);
      if (next.isEmpty()) {
        return spot;
      }
      spot = next.get();
    }
    return spot;
  }

  private static Optional<Spot> next(Node node, String step) {
    if (node instanceof MappingNode map) {
      return map.getValue().stream()
          .filter(
              entry -> entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals(step))
          .findFirst()
          .map(YamlPlaces::ofEntry);
    }
    if (node instanceof SequenceNode list && step.matches("\\d{1,9}")) {
      int index = Integer.parseInt(step);
      return index < list.getValue().size()
          ? Optional.of(list.getValue().get(index)).map(one -> new Spot(one, one.getStartMark()))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static Spot ofEntry(NodeTuple entry) {
    return new Spot(entry.getValueNode(), entry.getKeyNode().getStartMark());
  }

  @Override
  public PlacedText text(List<String> path, String value) {
    return new PlacedText(value, offset -> place(path, value, offset));
  }

  private Place place(List<String> path, String value, int offset) {
    Node node = spot(path).value();
    if (!(node instanceof ScalarNode scalar) || !scalar.getValue().equals(value)) {
      return at(path);
    }
    Mark begin = scalar.getStartMark();
    if (scalar.getScalarStyle() == ScalarStyle.LITERAL) {
      return ofLiteral(value, begin.getLine() + 2, offset);
    }
    return scalar.getScalarStyle() == ScalarStyle.FOLDED
        ? place(begin)
        : source.at(new WrittenScalar(source.text(), value, offset(begin)).find(offset));
  }

  /** Each line of the value is one of the file, indented. */
  private Place ofLiteral(String value, int firstLine, int offset) {
    SourceText own = new SourceText(value);
    Place within = own.at(offset);
    int line = firstLine + within.line() - 1;
    int indent = Math.max(0, source.line(line).length() - own.line(within.line()).length());
    return new Place(line, indent + within.column());
  }

  /** A mark counts code points. */
  private int offset(Mark mark) {
    String text = source.text();
    int start = source.startOf(mark.getLine() + 1);
    int left = text.codePointCount(start, text.length());
    return text.offsetByCodePoints(start, Math.min(mark.getColumn(), left));
  }
}
