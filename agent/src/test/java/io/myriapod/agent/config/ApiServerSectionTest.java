package io.myriapod.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.fixtures.node.DocumentedKeys;
import io.myriapod.kubernetes.apiserver.ApiCredentials.Kubeconfig;
import io.myriapod.kubernetes.apiserver.ApiCredentials.ServiceAccount;
import io.myriapod.kubernetes.apiserver.ApiServerSettings;
import io.myriapod.kubernetes.apiserver.StatusMode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section apiServer of the configuration. */
class ApiServerSectionTest {
  private static final Map<String, String> CONTAINER =
      Map.of(
          "KUBERNETES_SERVICE_HOST", "10.96.0.1",
          "KUBERNETES_SERVICE_PORT", "6443",
          "MULTUS_NODE_NAME", "from-multus");

  @Test
  void read_everyKey_isThat() throws IOException {
    assertEquals(
        new ApiServerSettings(
            new Kubeconfig(Path.of("/etc/kubernetes/agent.conf")),
            "node-1",
            Duration.ofMillis(700),
            StatusMode.ASYNC,
            Duration.ofMillis(90)),
        read(
            """
            kubeconfig: /etc/kubernetes/agent.conf
            nodeName: node-1
            timeoutMillis: 700
            status: async
            statusMillis: 90
            """,
            CONTAINER));
  }

  @Test
  void read_emptyInAContainer_isItsServiceAccountAndTheUsual() throws IOException {
    assertEquals(
        ApiServerSettings.of(
            new ServiceAccount(
                URI.create("https://10.96.0.1:6443"),
                Path.of("/var/run/secrets/kubernetes.io/serviceaccount")),
            "from-multus"),
        read("{}", CONTAINER));
  }

  @Test
  void read_serverIsIpv6_isInBrackets() throws IOException {
    ApiServerSettings settings =
        read("{nodeName: n}", Map.of("KUBERNETES_SERVICE_HOST", "fd00::1"));

    assertEquals(
        URI.create("https://[fd00::1]:443"), ((ServiceAccount) settings.credentials()).server());
  }

  @Test
  void read_nodeNames_oursComesFirst() throws IOException {
    Map<String, String> both =
        Map.of("MYRIAPOD_NODE_NAME", "from-us", "MULTUS_NODE_NAME", "from-multus");

    assertEquals("from-us", read("{kubeconfig: /k}", both).nodeName());
    assertEquals("here", read("{kubeconfig: /k, nodeName: here}", both).nodeName());
  }

  @Test
  void read_noNodeNameAnywhere_isTheHostsInLowerCase() throws IOException {
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();

    assertTrue(host.equalsIgnoreCase(read("{kubeconfig: /k}", Map.of()).nodeName()));
  }

  @Test
  void read_outsideOfAContainer_wantsAKubeconfig() {
    CniException refusal = assertThrows(CniException.class, () -> read("{}", Map.of()));

    assertTrue(refusal.getMessage().contains("apiServer.kubeconfig"), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "kubeconfig, relative/path",
    "nodeName, Not_A_Node",
    "timeoutMillis, 9",
    "timeoutMillis, 60001",
    "status, sometimes",
    "statusMillis, 0"
  })
  void read_wrongValue_namesTheKey(String key, String value) {
    CniException refusal =
        assertThrows(CniException.class, () -> read(key + ": " + value, CONTAINER));

    assertTrue(refusal.getMessage().contains("apiServer." + key), refusal.getMessage());
  }

  /** The keys of the page are those that are read. */
  @Test
  void keys_ofThePage_areThoseRead() throws IOException {
    ConfigObject config = config("kubeconfig: /k", "here");
    ApiServerSection.read(config, CONTAINER);
    assertEquals(
        List.of("kubeconfig", "nodeName", "status", "statusMillis", "timeoutMillis"),
        DocumentedKeys.ofOperations("Key of `apiServer`"));
    assertEquals(
        List.of(
            "apiServer.kubeconfig",
            "apiServer.nodeName",
            "apiServer.status",
            "apiServer.statusMillis",
            "apiServer.timeoutMillis"),
        config.asked().stream().filter(key -> key.startsWith("apiServer.")).sorted().toList());
  }

  private static ApiServerSettings read(String yaml, Map<String, String> environment)
      throws IOException {
    return ApiServerSection.read(config(yaml, "config.yaml"), environment).orElseThrow();
  }

  private static ConfigObject config(String section, String where) throws IOException {
    ObjectNode root = Json.object();
    root.set("apiServer", StrictYaml.read(section.getBytes(StandardCharsets.UTF_8)));
    return ConfigObject.of(root, where);
  }

  @Test
  void read_noSection_isNone() {
    assertEquals(
        Optional.empty(), ApiServerSection.read(ConfigObject.of(Json.object(), "x"), CONTAINER));
  }
}
