package io.myriapod.kubernetes.directory;

import java.io.StringReader;
import java.util.Iterator;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The documents of a YAML file that are not empty, as nodes with marks. Only the last one that was
 * asked for is kept: nodes are many times as large as their text. Cheap if asked for in order.
 */
final class YamlDocuments {
  private final String text;
  private Iterator<Node> nodes;
  private int next;
  private Node last;

  YamlDocuments(String text) {
    this.text = text;
    this.nodes = begin();
    this.last = advance();
  }

  private Iterator<Node> begin() {
    next = 0;
    return new Yaml(ManifestSyntax.limits()).composeAll(new StringReader(text)).iterator();
  }

  /** The document of that number, from 0. */
  Node get(int number) {
    if (number < next - 1) {
      nodes = begin();
    }
    while (next <= number) {
      last = advance();
    }
    return last;
  }

  /** An iterator that is not asked whether it has more has not begun. */
  private Node advance() {
    while (nodes.hasNext()) {
      Node node = nodes.next();
      if (!node.getTag().equals(Tag.NULL)) {
        next++;
        return node;
      }
    }
    throw new IllegalStateException("document %d is not there a second time".formatted(next));
  }
}
