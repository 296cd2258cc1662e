package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a plugin must refuse, from {@code options/<plugin>.txt} beside the tests' classes. Lines:
 *
 * <pre>
 * # a comment
 * interface: net1                  CNI_IFNAME; net1 if there is no such line
 * node: ip link add ...            shell in the node's namespace, before all; knows $NETNS and $ROOT
 * pod: ip link add ...             the same in the pod's
 * with: {"master": "parent0"}      a configuration that is good: every row is a change of it
 * lacking: 113                    the code of the good configuration, which wants what is not here
 * {"mode": "up"} | 7 | "mode" | "up" | bridge, private
 * </pre>
 *
 * <p>A row is: what is laid over the good configuration (objects are merged; a key {@code CNI_ARGS}
 * goes to the environment), the error's code, and words that its message or details must have. A
 * code such as {@code undone 7} is one that shows only when something was done already.
 */
record OptionTable(
    String plugin,
    String interfaceName,
    List<String> onNode,
    List<String> inPod,
    ObjectNode good,
    Optional<Integer> lacking,
    List<Row> rows) {
  /**
   * One thing that is refused.
   *
   * @param undone it shows only in the course of the ADD, which then is undone
   */
  record Row(String text, ObjectNode change, int code, boolean undone, List<String> words) {}

  static List<String> plugins() {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString().replace(".txt", "")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("list " + folder(), e);
    }
  }

  private static Path folder() {
    return Path.of(OptionTable.class.getResource("options").getPath());
  }

  static OptionTable of(String plugin) {
    try {
      return read(plugin, Files.readAllLines(folder().resolve(plugin + ".txt")));
    } catch (IOException e) {
      throw new UncheckedIOException("read the options of " + plugin, e);
    }
  }

  private static OptionTable read(String plugin, List<String> lines) {
    return new OptionTable(
        plugin,
        beginning("interface: ", lines).findFirst().orElse("net1"),
        beginning("node: ", lines).toList(),
        beginning("pod: ", lines).toList(),
        Stage.object(beginning("with: ", lines).findFirst().orElse("{}")),
        beginning("lacking: ", lines).findFirst().map(Integer::valueOf),
        lines.stream().filter(line -> line.startsWith("{")).map(OptionTable::row).toList());
  }

  private static Stream<String> beginning(String word, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()));
  }

  private static Row row(String line) {
    List<String> columns = Arrays.stream(line.split(" \\| ")).map(String::strip).toList();
    if (columns.size() < 3) {
      throw new AssertionError("want a change, a code and words in: " + line);
    }
    return new Row(
        line,
        Stage.object(columns.get(0)),
        Integer.parseInt(columns.get(1).replace("undone ", "")),
        columns.get(1).startsWith("undone "),
        columns.subList(2, columns.size()));
  }

  /** The good configuration, for a pod. */
  ObjectNode configFor(TestPod pod) {
    String text = good.toString().replace("$NETNS", pod.netns().path().toString());
    ObjectNode config = Stage.object("{\"cniVersion\": \"1.1.0\", \"name\": \"options\"}");
    config.put("type", plugin);
    return merge(config, Stage.object(text));
  }

  /** The runtime's call of the plugin for a pod. */
  Call call(Stage stage, TestPod pod, ObjectNode config) {
    ObjectNode text = config.deepCopy();
    Optional<JsonNode> args = Optional.ofNullable(text.remove("CNI_ARGS"));
    Call call =
        pod.call()
            .as(stage.shimAs(plugin))
            .with("CNI_IFNAME", interfaceName)
            .without("CNI_ARGS")
            .config(text.toString());
    return args.map(value -> call.with("CNI_ARGS", value.asText())).orElse(call);
  }

  /** Changes the first object by the second one, and returns it. */
  static ObjectNode merge(ObjectNode into, ObjectNode change) {
    List<String> names = new ArrayList<>();
    change.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode value = change.get(name);
      if (value.isObject() && into.path(name).isObject()) {
        merge((ObjectNode) into.get(name), (ObjectNode) value);
      } else {
        into.set(name, value.deepCopy());
      }
    }
    return into;
  }
}
