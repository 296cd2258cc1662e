package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.DocumentedKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every option of a plugin with values of the wrong type, out of range or contradicting another:
 * the error names key, value and what is allowed, and nothing has changed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BadOptions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<JsonNode> ODD =
      List.of(
          JSON.arrayNode(),
          JSON.objectNode(),
          JSON.arrayNode().add(JSON.objectNode()),
          JSON.textNode(""),
          JSON.textNode("\u00e4\u4e2d\u0000\ud83d\udc1b\n"),
          JSON.textNode("x".repeat(10_000)),
          JSON.booleanNode(true),
          JSON.numberNode(-1),
          JSON.numberNode(0.5),
          JSON.numberNode(BigInteger.TEN.pow(30)));

  private static final String ATTACHED = "attached";

  /** Unsupported, bad environment, bad configuration. */
  private static final Set<Integer> REFUSED = Set.of(2, 4, 7);

  /** The value was fit to be looked for: parent not there, not usable. */
  private static final Set<Integer> UNDERSTOOD = Set.of(100, 108);

  private final Map<String, TestPod> pods = new HashMap<>();
  private final List<String> plugins;
  private Stage stage;

  BadOptions(List<String> plugins) {
    this.plugins = plugins;
  }

  @BeforeAll
  void open() {
    stage = Stage.open();
  }

  @AfterAll
  void close() {
    if (stage != null) {
      stage.close();
    }
  }

  List<String> plugins() {
    return plugins;
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void add_badOption_isRefusedByNameAndChangesNothing(String plugin) {
    OptionTable table = OptionTable.of(plugin);
    TestPod pod = podFor(table);
    stage.changed();
    stage.assertUntouched(pod, () -> assertRefused(table, pod, row -> !row.undone()));
    stage.assertUndone(pod, () -> assertRefused(table, pod, OptionTable.Row::undone));
  }

  private void assertRefused(OptionTable table, TestPod pod, Predicate<OptionTable.Row> wanted) {
    List<String> failures = new ArrayList<>();
    String before = quickPicture(pod);
    for (OptionTable.Row row : table.rows().stream().filter(wanted).toList()) {
      ObjectNode config = OptionTable.merge(table.configFor(pod), row.change());
      Optional<String> failure = attempt(table.call(stage, pod, config), row, pod, before);
      if (failure.isPresent()) {
        failures.add(row.text() + "\n    " + failure.get());
        before = quickPicture(pod);
      }
    }
    assertNone(failures);
  }

  /** What is wrong with the refusal. */
  private Optional<String> attempt(Call call, OptionTable.Row row, TestPod pod, String before) {
    Result result = call.attempt("ADD");
    try {
      Refusal.assertRefused(result, row.code(), row.words().toArray(String[]::new));
      assertReadable(result.json());
      assertNone(difference(before, row.undone() ? before : quickPicture(pod)));
      return Optional.empty();
    } catch (AssertionError e) {
      if (result.ok()) {
        call.attempt("DEL");
      }
      return Optional.of(e.getMessage());
    }
  }

  private static List<String> difference(String before, String after) {
    List<String> gone = new ArrayList<>(before.lines().toList());
    gone.removeAll(after.lines().toList());
    List<String> come = new ArrayList<>(after.lines().toList());
    come.removeAll(before.lines().toList());
    return Stream.concat(gone.stream().map("- "::concat), come.stream().map("+ "::concat)).toList();
  }

  static void assertNone(List<String> failures) {
    assertTrue(failures.isEmpty(), () -> "\n" + String.join("\n", failures));
  }

  private TestPod podFor(OptionTable table) {
    return pods.computeIfAbsent(table.plugin(), name -> preparedPod(table));
  }

  private TestPod preparedPod(OptionTable table) {
    TestPod pod = stage.pod();
    String variables = "NETNS=%s; ROOT=%s; ".formatted(pod.netns().path(), stage.at(""));
    table.onNode().forEach(command -> stage.node().run(variables + command));
    table.inPod().forEach(command -> pod.netns().run(variables + command));
    assertGood(table, pod);
    return pod;
  }

  /** Else the rows might be refused for another reason. */
  private void assertGood(OptionTable table, TestPod pod) {
    Call call = table.call(stage, pod, table.configFor(pod));
    if (table.lacking().isPresent()) {
      Refusal.assertRefused(call.attempt("ADD"), table.lacking().get());
    } else {
      call.after(call.run("ADD")).run("DEL");
    }
  }

  /** Links of node and pod, leases and the journal, to the byte. */
  private String quickPicture(TestPod pod) {
    String links =
        Stream.of(stage.node(), pod.netns())
            .flatMap(netns -> netns.run("ip -br link").out().lines())
            .map(line -> line.replaceAll("^(\\S+)\\s+\\S+\\s+(\\S+).*", "$1 $2\n"))
            .collect(Collectors.joining());
    return links + files("var/lib/cni") + files("var/lib/myriapod/journal");
  }

  private String files(String folder) {
    try (Stream<Path> tree = Files.walk(stage.at(folder))) {
      StringBuilder all = new StringBuilder();
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        all.append(file).append(' ').append(Arrays.hashCode(Files.readAllBytes(file))).append('\n');
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + folder, e);
    }
  }

  private static void assertReadable(JsonNode error) {
    String message = error.path("msg").asText();
    assertTrue(isReadable(message), message);
  }

  /** One line of words for people. */
  private static boolean isReadable(String message) {
    return message.length() < 1000
        && message.lines().count() == 1
        && !message.matches(".*(Exception|java[.x]|io\\.myriapod|\\bnull\\b).*");
  }

  /**
   * Either the error names the key, or the value is understood: as no value at all, or as one that
   * a DEL undoes.
   */
  @ParameterizedTest
  @MethodSource("plugins")
  void add_oddValue_isRefusedByNameOrUnderstood(String plugin) {
    OptionTable table = OptionTable.of(plugin);
    TestPod pod = podFor(table);
    List<String> failures = new ArrayList<>();
    for (String path : DocumentedKeys.of(plugin).paths()) {
      String ifAbsent = outcome(table, pod, path, JSON.nullNode());
      for (JsonNode value : ODD) {
        String outcome = outcome(table, pod, path, value);
        if (!outcome.equals(ifAbsent) && !isWellRefused(outcome, path)) {
          failures.add("%s: %.80s\n    %s".formatted(path, value, outcome));
        }
      }
    }
    assertNone(failures);
  }

  /** {@code attached}, or the error of the ADD, or that of the DEL. */
  private String outcome(OptionTable table, TestPod pod, String path, JsonNode value) {
    ObjectNode config = DocumentedKeys.with(table.configFor(pod), path, value);
    Call call = table.call(stage, pod, config);
    Result result = call.attempt("ADD");
    if (!result.ok()) {
      return result.out();
    }
    Result deleted = call.after(result).attempt("DEL");
    return deleted.ok() ? ATTACHED : "DEL: " + deleted.out();
  }

  private static boolean isWellRefused(String outcome, String path) {
    if (outcome.equals(ATTACHED)) {
      return true;
    }
    String key = path.replaceAll("(\\[])*$", "").replaceAll(".*\\.", "");
    JsonNode error = outcome.startsWith("{") ? Stage.object(outcome) : JSON.objectNode();
    int code = error.path("code").asInt();
    String message = error.path("msg").asText();
    boolean named = REFUSED.contains(code) && message.contains(key);
    return (named || UNDERSTOOD.contains(code)) && isReadable(message);
  }
}
