package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.myriapod.fixtures.Waiting;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.apiserver.ApiCredentials.Kubeconfig;
import io.myriapod.kubernetes.apiserver.ApiServerState.Cached;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists and watches against Fabric8's own mock of an API server, in CRUD mode. */
class MockServerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final CustomResourceDefinitionContext NETWORKS =
      new CustomResourceDefinitionContext.Builder()
          .withGroup("k8s.cni.cncf.io")
          .withVersion("v1")
          .withKind("NetworkAttachmentDefinition")
          .withPlural("network-attachment-definitions")
          .withScope("Namespaced")
          .build();

  @TempDir private Path folder;
  private KubernetesMockServer server;
  private MockFront front;
  private KubernetesClient writer;
  private ApiServerCluster cluster;

  @BeforeEach
  void open() throws IOException {
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init();
    server.expectCustomResource(NETWORKS);
    writer = server.createClient();
    writer.resource(pod("listed", "a")).create();
    network("listed", "{}");
    front = new MockFront(server.getPort());
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts: [{name: here, context: {cluster: ours, user: agent}}]
        clusters: [{name: ours, cluster: {server: "%s"}}]
        users: [{name: agent, user: {token: secret}}]
        """
            .formatted(front.url()));
    cluster =
        ApiServerCluster.start(
            ApiServerSettings.of(new Kubeconfig(kubeconfig), "node-1"),
            folder.resolve("unpublished"));
    Waiting.until(LONG, "both lists", () -> cluster.synced());
  }

  @AfterEach
  void close() {
    cluster.close();
    front.close();
    writer.close();
    server.destroy();
  }

  private static Pod pod(String name, String networks) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .addToAnnotations("k8s.v1.cni.cncf.io/networks", networks)
        .endMetadata()
        .withNewSpec()
        .withNodeName("node-1")
        .endSpec()
        .build();
  }

  private void network(String name, String config) {
    GenericKubernetesResource network = new GenericKubernetesResource();
    network.setApiVersion("k8s.cni.cncf.io/v1");
    network.setKind("NetworkAttachmentDefinition");
    network.setMetadata(new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
    network.setAdditionalProperties(Map.of("spec", Map.of("config", config)));
    writer
        .genericKubernetesResources(NETWORKS)
        .inNamespace("shop")
        .resource(network)
        .createOr(resource -> resource.update());
  }

  private int networks() {
    return cluster.state().networks().size();
  }

  private Optional<String> config(String name) {
    return cluster.findNetwork("shop", name).orElseThrow().config();
  }

  @Test
  void lists_atTheStart_areInTheCache() {
    Cached pods = cluster.state().pods();
    assertTrue(pods.synced());
    assertEquals(1, pods.size());
    assertEquals(1, networks());
    assertEquals(Optional.of("{}"), config("listed"));
  }

  @Test
  void networks_createdChangedDeleted_areSeenByTheCache() {
    network("fresh", "{\"type\":\"macvlan\"}");
    Waiting.until(LONG, "the network", () -> networks() == 2);
    assertEquals(Optional.of("{\"type\":\"macvlan\"}"), config("fresh"));
    network("fresh", "{\"type\":\"bridge\"}");
    Waiting.until(
        LONG, "its change", () -> config("fresh").equals(Optional.of("{\"type\":\"bridge\"}")));
    writer.genericKubernetesResources(NETWORKS).inNamespace("shop").withName("fresh").delete();
    Waiting.until(LONG, "its end", () -> networks() == 1);
  }

  @Test
  void pods_createdChangedDeleted_areSeenByTheCache() {
    writer.resource(pod("fresh", "a")).create();
    Waiting.until(LONG, "the pod", () -> cluster.state().pods().size() == 2);
    assertEquals(Optional.of("a"), networksOf("fresh"));
    writer.resource(pod("fresh", "b")).update();
    Waiting.until(LONG, "its change", () -> networksOf("fresh").equals(Optional.of("b")));
    writer.resource(pod("fresh", "b")).delete();
    Waiting.until(LONG, "its end", () -> cluster.state().pods().size() == 1);
    assertEquals(Optional.empty(), cluster.findPod("shop", "fresh"));
  }

  /** Of the cache: a look-up would ask the server for what that lacks. */
  private Optional<String> networksOf(String pod) {
    return cluster.pods().stream()
        .map(NodePod::pod)
        .filter(known -> known.name().equals(pod))
        .findFirst()
        .flatMap(known -> known.annotation("k8s.v1.cni.cncf.io/networks"));
  }
}
