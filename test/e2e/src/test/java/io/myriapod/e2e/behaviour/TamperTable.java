package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is changed by hand after an ADD, and what CHECK must say then, from {@code
 * tamper/<network>.txt} beside the tests' classes. Lines:
 *
 * <pre>
 * # a comment
 * node: ip link add ...      shell in the node's namespace, before each row; may fail
 * pod: ip link add ...       the same in the pod's
 * network: {"type": ...}     one plugin, or {"plugins": [...]}
 * called: macvlan            by the plugin's own name; without this line a pod asks for the network
 * interface: lo              CNI_IFNAME; net1 if there is no such line
 * networks: $NETWORK         the pod's annotation, if it is another than this
 * pod | ip link set net1 down | link "net1" is down
 * </pre>
 *
 * <p>A row is: where a shell runs ({@code node} or {@code pod}), what it runs, and words that
 * CHECK's message must have; no words mean that CHECK passes. All may use $IP4 and $IP6 (the
 * addresses of the interface, without length), $MAC (its own), $HOSTEND (the far end of its pair),
 * $NETWORK, $LEASES (the network's folder), $NETNS, $BOX (the container's id) and $ROOT.
 */
record TamperTable(
    String name,
    List<String> onNode,
    List<String> inPod,
    ObjectNode network,
    String calledAs,
    String interfaceName,
    String networks,
    List<Row> rows) {
  /** One thing that is changed by hand. */
  record Row(TamperTable table, String where, String command, List<String> words) {
    @Override
    public String toString() {
      return "%s: %s: %s".formatted(table.name, where, command);
    }
  }

  static List<TamperTable> all() {
    try (Stream<Path> files = Files.list(folder())) {
      return files.sorted().map(TamperTable::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder(), e);
    }
  }

  private static Path folder() {
    return Path.of(TamperTable.class.getResource("tamper").getPath());
  }

  private static TamperTable read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return new TamperTable(
          file.getFileName().toString().replace(".txt", ""),
          beginning("node: ", lines).toList(),
          beginning("pod: ", lines).toList(),
          Stage.object(beginning("network: ", lines).findFirst().orElseThrow()),
          beginning("called: ", lines).findFirst().orElse(""),
          beginning("interface: ", lines).findFirst().orElse("net1"),
          beginning("networks: ", lines).findFirst().orElse("$NETWORK"),
          lines.stream()
              .filter(line -> line.startsWith("pod | ") || line.startsWith("node | "))
              .map(TamperTable::row)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static Stream<String> beginning(String word, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()));
  }

  private static Row row(String line) {
    List<String> columns = Arrays.stream(line.split(" \\| ")).map(String::strip).toList();
    return new Row(null, columns.get(0), columns.get(1), columns.subList(2, columns.size()));
  }

  /** The rows, each with its table. */
  Stream<Row> eachRow() {
    return rows.stream().map(row -> new Row(this, row.where(), row.command(), row.words()));
  }
}
