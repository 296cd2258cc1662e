package io.myriapod.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What an ADD would do is told from files alone. */
class ExplainCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String NODE =
      """
      {"cniVersion": "1.0.0", "name": "myriapod", "type": "myriapod"%s,
       "delegates": [{"cniVersion": "1.0.0", "name": "pods", "type": "ptp",
         "ipam": {"type": "host-local", "subnet": "10.9.0.0/24"}}]}
      """;

  @TempDir private Path folder;
  private Path node;

  private record Said(int code, String out, String err) {
    JsonNode first() throws IOException {
      return JSON.readTree(out).path(0);
    }
  }

  @BeforeEach
  void open() throws IOException {
    node = write("00.conf", NODE.formatted(""));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Said say(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new ExplainCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(failure.getMessage());
          return 1;
        });
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    return new Said(code, out.toString(), err.toString());
  }

  private static String pod(String more, String annotation) {
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web-0
          namespace: shop
          annotations:
            k8s.v1.cni.cncf.io/networks: '%s'
        spec:
          containers:
            - name: web
              resources: {limits: {cpu: 500m%s}}
        """
        .formatted(annotation, more);
  }

  private static String network(String namespace, String name, String annotation, String config) {
    return """
        ---
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: %s
          namespace: %s
          annotations: {%s}
        spec:
          config: '%s'
        """
        .formatted(name, namespace, annotation, config);
  }

  private Said explain(String manifests) throws IOException {
    Path file = write("all.yaml", manifests);
    return say("-f", file.toString(), "--node-config", node.toString(), "-o", "json");
  }

  static Stream<String> examples() throws IOException {
    try (Stream<Path> folders = Files.list(Product.top().resolve("examples"))) {
      return folders.filter(Files::isDirectory).map(Path::toString).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void explain_example_hasTheInterfacesThatAreExpected(String example) throws IOException {
    Path place = Path.of(example);
    TreeSet<String> expected = new TreeSet<>();
    Files.readAllLines(place.resolve("expected")).forEach(line -> expected.add(line.split(" ")[0]));

    Said said =
        say(
            "-f",
            place.resolve("cluster.yaml").toString(),
            "--node-config",
            place.resolve("10-myriapod.conf").toString(),
            "-o",
            "json");

    TreeSet<String> interfaces = new TreeSet<>();
    said.first().path("attachments").forEach(it -> interfaces.add(it.path("interface").asText()));
    assertEquals(0, said.code(), said.out());
    assertTrue(interfaces.containsAll(expected), () -> expected + " in " + interfaces);
    assertTrue(said.first().path("error").isMissingNode(), said.out());
  }

  @Test
  void explain_capabilitiesAndArguments_areInTheExactConfig() throws IOException {
    String annotation =
        "[{\"name\": \"a\", \"mac\": \"02:00:00:00:00:07\", \"cni-args\": {\"x\": 1}}]";
    String config =
        "{\"cniVersion\": \"1.0.0\", \"type\": \"macvlan\", \"capabilities\": {\"mac\": true}}";

    Said said = explain(pod("", annotation) + network("shop", "a", "", config));

    JsonNode second = said.first().path("attachments").path(1);
    assertEquals(
        "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"type\":\"macvlan\",\"args\":{\"cni\":{\"x\":1}},"
            + "\"runtimeConfig\":{\"mac\":\"02:00:00:00:00:07\"}}",
        second.path("plugins").path(0).path("config").asText());
    assertEquals("net1", second.path("interface").asText());
    assertTrue(second.path("cniArgs").asText().contains("K8S_POD_NAME=web-0"), said.out());
    assertTrue(second.path("source").asText().endsWith("all.yaml:16"), said.out());
  }

  @Test
  void explain_resourceRequested_hasAStandInForEachDevice() throws IOException {
    String definition =
        network(
            "shop",
            "vf",
            "k8s.v1.cni.cncf.io/resourceName: intel.com/vf",
            "{\"cniVersion\": \"1.0.0\", \"type\": \"sriov\", \"vlan\": 5}");

    Said said = explain(pod(", intel.com/vf: 2", "vf, vf") + definition);

    assertEquals(0, said.code(), said.out());
    JsonNode attachments = said.first().path("attachments");
    for (int i = 0; i < 2; i++) {
      JsonNode device = attachments.path(i + 1).path("device");
      assertEquals("intel.com/vf", device.path("resource").asText());
      assertEquals(i, device.path("index").asInt());
    }
  }

  @Test
  void explain_podOfTheNodesNetwork_attachesNothingAndSaysWhy() throws IOException {
    Said said = explain(pod("", "gone").replace("spec:\n", "spec:\n  hostNetwork: true\n"));

    assertEquals(0, said.code(), said.out());
    assertTrue(said.first().path("attachments").isEmpty(), said.out());
    assertTrue(said.out().contains("the runtime calls no plugin for this pod"), said.out());
  }

  @Test
  void explain_moreNetworksThanDevices_failsAsAnAddDoes() throws IOException {
    String definition =
        network(
            "shop",
            "vf",
            "k8s.v1.cni.cncf.io/resourceName: intel.com/vf",
            "{\"cniVersion\": \"1.0.0\", \"type\": \"sriov\"}");

    Said said = explain(pod(", intel.com/vf: 1", "vf, vf") + definition);

    assertEquals(1, said.code());
    assertEquals(116, said.first().path("error").path("code").asInt(), said.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gone|111|shop/gone",
        "other/b|112|namespaceIsolation",
        "../a|7|annotation k8s.v1.cni.cncf.io/networks",
        "broken|6|is not JSON",
        "wrong|7|\"mode\" is \"brigde\"",
      })
  void explain_podThatCannotBeAttached_saysWhatTheAddWould(String asked, int code, String says)
      throws IOException {
    node = write("00.conf", NODE.formatted(", \"namespaceIsolation\": true"));
    String definitions =
        network("other", "b", "", "{\"type\": \"macvlan\"}")
            + network("shop", "broken", "", "{\"type\": \"macvlan\", }")
            + network("shop", "wrong", "", "{\"type\": \"macvlan\", \"mode\": \"brigde\"}");

    Said said = explain(pod("", asked) + definitions);

    assertEquals(1, said.code());
    JsonNode error = said.first().path("error");
    assertEquals(code, error.path("code").asInt(), said.out());
    assertTrue(error.path("msg").asText().contains(says), said.out());
  }

  @Test
  void explain_keyWithoutEffect_isAFindingOfItsNetwork() throws IOException {
    String definition = network("shop", "a", "", "{\"type\": \"macvlan\", \"mastr\": \"x\"}");

    Said said = explain(pod("", "a") + definition);

    assertEquals(0, said.code());
    JsonNode finding = said.first().path("findings").path(0);
    assertEquals("shop/a", finding.path("network").asText());
    assertTrue(finding.path("message").asText().contains("\"mastr\""), said.out());
  }

  @Test
  void explain_text_showsNetworksInOrder() throws IOException {
    Path file = write("a.yaml", pod("", "a@x0") + network("shop", "a", "", "{\"type\": \"vrf\"}"));

    Said said = say("-f", file.toString(), "--node-config", node.toString());

    List<String> lines = new ArrayList<>(said.out().lines().toList());
    lines.removeIf(line -> !line.matches("(pod|  \\w+  ).*"));
    assertEquals(
        List.of("pod shop/web-0, by " + node, "  eth0  pods", "  x0  shop/a"), lines, said.out());
    assertTrue(said.out().contains("vrf, executed on the node"), said.out());
  }

  @Test
  void explain_nodeConfigOfAnotherPlugin_warnsThatAnnotationsHaveNoEffect() throws IOException {
    node = write("00.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"n\", \"type\": \"ptp\"}");

    Said said = explain(pod("", "a"));

    assertEquals(1, said.first().path("attachments").size(), said.out());
    assertTrue(said.out().contains("annotations of pods have no effect"), said.out());
  }

  @Test
  void explain_namespaceOption_isThatOfObjectsWithout() throws IOException {
    Path file = write("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n");

    Said said = say("-f", file.toString(), "--node-config", node.toString(), "-n", "lab");

    assertTrue(said.out().startsWith("pod lab/p"), said.out());
  }

  @Test
  void explain_unusableFiles_areToldWithTheirPlace() throws IOException {
    Path big = write("big.yaml", "x".repeat(10_000_000));
    Path broken = write("broken.yaml", "a: [1\nb: 2\n");
    Path nameless = write("nameless.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {namespace: x}\n");
    Path none = write("none.yaml", network("shop", "a", "", "{}"));

    assertRefused(big, "big.yaml:1:1: more than 4194304 bytes");
    assertRefused(broken, "broken.yaml:2:2: not YAML");
    assertRefused(nameless, "nameless.yaml:3: pod: \"metadata.name\" is missing");
    assertRefused(none, "no pod in these files");
    assertEquals(2, say("-f", folder.resolve("gone").toString()).code());
    assertEquals(2, say().code());
  }

  private void assertRefused(Path file, String says) {
    Said said = say("-f", file.toString(), "--node-config", node.toString());
    assertEquals(1, said.code());
    assertTrue(said.err().contains(says), said.err());
    assertFalse(said.err().contains("Exception"), said.err());
  }
}
