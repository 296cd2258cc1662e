package io.myriapod.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Each mistake is told with the line where somebody made it. */
class ValidateCommandTest {
  private static final String NETWORK =
      """
      apiVersion: k8s.cni.cncf.io/v1
      kind: NetworkAttachmentDefinition
      metadata:
        name: a
        namespace: shop
      """;

  @TempDir private Path folder;

  private record Said(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }

    /** {@code file:line:column severity} of each finding. */
    List<String> places() throws IOException {
      List<String> places = new ArrayList<>();
      for (JsonNode one : json()) {
        places.add(
            "%s:%d:%d %s"
                .formatted(
                    Path.of(one.path("file").asText()).getFileName(),
                    one.path("line").asInt(),
                    one.path("column").asInt(),
                    one.path("severity").asText()));
      }
      return places;
    }
  }

  private static Said say(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new ValidateCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Said(line.execute(arguments), out.toString(), err.toString());
  }

  private Said ofFile(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return say("-o", "json", file.toString());
  }

  /** Of a file whose one finding is expected where the text has a {@code ¦}. */
  private Said ofMarked(String name, String marked, String severity) throws IOException {
    int mark = marked.indexOf('¦');
    int line = (int) marked.substring(0, mark).chars().filter(c -> c == '\n').count() + 1;
    int column = mark - marked.lastIndexOf('\n', mark);

    Said said = ofFile(name, marked.replace("¦", ""));

    assertEquals(
        List.of("%s:%d:%d %s".formatted(name, line, column, severity)), said.places(), said.out());
    assertEquals(severity.equals("error") ? 1 : 0, said.code());
    return said;
  }

  static Stream<String> examples() throws IOException {
    try (Stream<Path> folders = Files.list(Product.top().resolve("examples"))) {
      return folders.filter(Files::isDirectory).map(Path::toString).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void validate_example_findsNothing(String example) {
    Said said = say(example);

    assertEquals(0, said.code(), said.out());
    assertTrue(said.out().matches("(?s)[2-9] inspected, 0 errors, 0 warnings\\s*"), said.out());
  }

  @Test
  void validate_jsonBrokenInBlock_namesTheManifestsLine() throws IOException {
    String spec =
        """
        spec:
          config: |
            {
              "type": "macvlan",
              "master" ¦"eth0"
            }
        """;

    JsonNode finding = ofMarked("a.yaml", NETWORK + spec, "error").json().path(0);

    assertEquals("NetworkAttachmentDefinition shop/a", finding.path("object").asText());
    assertTrue(finding.path("message").asText().contains("is not JSON"), finding.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "error|'{\"type\": \"macvlan\", ¦\"mode\": \"brigde\"}'",
        "error|\"{\\\"type\\\": \\\"macvlan\\\", ¦\\\"mode\\\": \\\"brigde\\\"}\"",
        "warning|'{\"type\": \"macvlan\", ¦\"mastr\": \"x\"}'",
        "warning|'{¦\"type\": \"macvlam\"}'",
        "warning|'{\"type\": \"portmap\", ¦\"snatt\": true}'",
        "error|'¦{\"type\": \"vlan\", \"vlanId\": 5}'",
        "warning|'{\"type\": \"macvlan\", \"ipam\": {¦\"type\": \"host-lokal\"}}'",
        "error|'¦{\"type\": \"myriapod\"}'",
        "error|{}",
      })
  void validate_config_findsItsMistake(String severity, String config) throws IOException {
    boolean text = !config.startsWith("{");
    String spec = text ? "spec:\n  config: " + config : "spec:\n  ¦config: {x: 1}";

    ofMarked("a.yaml", NETWORK + spec + "\n", severity);
  }

  @Test
  void validate_quotedOverTwoLines_namesTheSecond() throws IOException {
    String config = "'{\"type\": \"macvlan\",\n\n     ¦\"mode\": \"brigde\", \"it''s\": 1}'\n";

    ofMarked("a.yaml", NETWORK + "spec:\n  config: " + config, "error");
  }

  @Test
  void validate_configInJsonManifest_isLocatedThroughEscapes() throws IOException {
    ofMarked(
        "list.json",
        """
        {"kind": "List", "apiVersion": "v1", "items": [
          {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
           "metadata": {"name": "n"},
           "spec": {"config":
             "{\\"type\\": \\"bridge\\",\\n ¦\\u0022brigde\\": \\"x\\"}"}}]}
        """,
        "warning");
  }

  @Test
  void validate_strict_turnsWarningsIntoErrors() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.yaml"),
            NETWORK + "spec: {config: '{\"type\": \"macvlan\", \"mastr\": \"x\"}'}\n");

    assertEquals(0, say(file.toString()).code());
    assertEquals(1, say("--strict", file.toString()).code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'¦a@eth0@x'",
        "'a, ¦../b'",
        "'[{\"name\": \"a\", ¦\"mac\": \"x\"}]'",
        "'[{\"name\": \"a\"¦'",
        "'¦{\"name\": \"a\"}'",
      })
  void validate_annotation_findsItsMistake(String annotation) throws IOException {
    String pod =
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n"
            + "    k8s.v1.cni.cncf.io/networks: %s\n".formatted(annotation);

    ofMarked("pod.yaml", pod, "error");
  }

  @Test
  void validate_annotationIsANumber_namesIt() throws IOException {
    ofMarked(
        "pod.yaml",
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: p
          annotations:
            ¦k8s.v1.cni.cncf.io/networks: 5
        """,
        "error");
  }

  @Test
  void validate_podOfTheNodesNetwork_warnsThatNothingIsAttached() throws IOException {
    Said said =
        ofMarked(
            "pod.yaml",
            """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: d, namespace: shop}
            spec:
              template:
                metadata:
                  annotations: {¦k8s.v1.cni.cncf.io/networks: '[]'}
                spec: {hostNetwork: true}
            """,
            "warning");

    assertTrue(said.out().contains("the pod has the node's own interfaces"), said.out());
  }

  @Test
  void validate_templateAsksForUnknownNetwork_warnsOfTheElement() throws IOException {
    Said said =
        ofMarked(
            "all.yaml",
            NETWORK
                + """
                spec: {config: '{"type": "macvlan"}'}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d, namespace: shop}
                spec:
                  template:
                    metadata:
                      annotations: {k8s.v1.cni.cncf.io/networks: "a, ¦gone"}
                """,
            "warning");

    assertTrue(said.out().contains("shop/gone"), said.out());
  }

  @Test
  void validate_nodeConfig_findsWhatIsInDelegates() throws IOException {
    Said said =
        ofFile(
            "00.conf",
            """
            {
              "cniVersion": "1.0.0", "name": "myriapod", "type": "multus",
              "cniConf": "/x",
              "delegates": [
                {"cniVersion": "1.0.0", "name": "pods", "plugins": [
                  {"type": "bridge", "mtu": "large"}]}]
            }
            """);

    assertEquals(List.of("00.conf:3:3 warning", "00.conf:6:26 error"), said.places(), said.out());
  }

  @Test
  void validate_nodeConfigWithoutDefaultNetwork_isAnError() throws IOException {
    Said said =
        ofFile("00.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"m\", \"type\": \"myriapod\"}");

    assertEquals(1, said.code());
    assertTrue(said.out().contains("no default network is configured"), said.out());
  }

  @Test
  void validate_fileBeyondTheBound_isRefusedUnread() throws IOException {
    Said said = ofFile("big.yaml", "x".repeat(10_000_000));

    assertEquals(List.of("big.yaml:1:1 error"), said.places());
    assertTrue(said.out().contains("more than 4194304 bytes"), said.out());
  }

  @Test
  void validate_manyMistakes_stopsAfterAThousand() throws IOException {
    String network =
        "{\"apiVersion\": \"k8s.cni.cncf.io/v1\", \"kind\": \"NetworkAttachmentDefinition\","
            + " \"metadata\": {\"name\": \"n\"}, \"spec\": {\"config\": \"{\"}}\n";

    Said said = ofFile("many.json", network.repeat(5_000));

    assertEquals(1_001, said.json().size());
    assertTrue(said.out().contains("4000 further objects are passed over"));
  }

  @Test
  void validate_brokenYaml_namesThePlace() throws IOException {
    assertEquals(List.of("b.yaml:2:2 error"), ofFile("b.yaml", "a: [1\nb: 2\n").places());
  }

  @Test
  void validate_objectWithoutName_namesTheObject() throws IOException {
    Said said = ofFile("pod.yaml", "kind: Pod\napiVersion: v1\nmetadata:\n  namespace: x\n");

    assertEquals(List.of("pod.yaml:3:1 error"), said.places(), said.out());
  }

  @Test
  void validate_folderWithoutManifests_isAnError() {
    Said said = say("-o", "json", folder.toString());

    assertEquals(1, said.code());
    assertTrue(said.out().contains("nothing to inspect"), said.out());
  }

  @Test
  void validate_noSuchFile_isWrongUsage() {
    Said said = say(folder.resolve("gone.yaml").toString());

    assertEquals(2, said.code());
    assertTrue(said.err().contains("there is no"), said.err());
    assertEquals(2, say().code());
  }
}
