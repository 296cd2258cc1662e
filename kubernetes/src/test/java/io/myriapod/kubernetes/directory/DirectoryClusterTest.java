package io.myriapod.kubernetes.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.status.NetworkStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryClusterTest {
  private static final PodRef POD = new PodRef("default", "web-0", Optional.of("u1"));

  @TempDir Path root;
  private Path manifests;
  private Path statuses;
  private DirectoryCluster cluster;

  @BeforeEach
  void open() throws IOException {
    manifests = Files.createDirectory(root.resolve("cluster"));
    statuses = root.resolve("status");
    cluster = new DirectoryCluster(manifests, statuses);
  }

  @Test
  void find_multiDocumentYaml_takesPodsAndNetworksOnly() {
    write(
        "all.yaml",
        """
        # a comment
        apiVersion: v1
        kind: Pod
        metadata:
          name: web-0
          uid: u1
          annotations:
            k8s.v1.cni.cncf.io/networks: a,b
        ---
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: 5}
        ---
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: a
          namespace: nets
          annotations: {k8s.v1.cni.cncf.io/resourceName: intel.com/vf}
        spec:
          config: '{"type": "macvlan"}'
        """);

    var pod = cluster.findPod("default", "web-0").orElseThrow();
    var network = cluster.findNetwork("nets", "a").orElseThrow();

    assertEquals(Optional.of("u1"), pod.uid());
    assertEquals(Optional.of("a,b"), pod.annotation("k8s.v1.cni.cncf.io/networks"));
    assertEquals(Optional.of("{\"type\": \"macvlan\"}"), network.config());
    assertEquals(Optional.of("intel.com/vf"), network.resourceName());
    assertEquals(Optional.empty(), cluster.findPod("default", "other"));
    assertEquals(Optional.empty(), cluster.findNetwork("default", "a"));
  }

  @Test
  void find_listsAndJson_areRead() {
    write(
        "list.json",
        """
        {"apiVersion":"v1","kind":"List","items":[
          {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p1","namespace":"x"}},
          {"apiVersion":"k8s.cni.cncf.io/v1","kind":"NetworkAttachmentDefinitionList","items":[
            {"apiVersion":"k8s.cni.cncf.io/v1","kind":"NetworkAttachmentDefinition",
             "metadata":{"name":"n1"},"spec":{}}]}]}
        """);

    assertTrue(cluster.findPod("x", "p1").isPresent());
    assertEquals(Optional.empty(), cluster.findNetwork("default", "n1").orElseThrow().config());
  }

  @Test
  void find_yamlAnchor_isResolved() {
    write(
        "anchor.yml",
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: &n web-1
          annotations: {copy: *n}
        """);

    var pod = cluster.findPod("default", "web-1").orElseThrow();

    assertEquals(Optional.of("web-1"), pod.annotation("copy"));
  }

  @Test
  void find_folderMissing_knowsNothing() {
    var absent = new DirectoryCluster(root.resolve("absent"), statuses);

    assertEquals(Optional.empty(), absent.findPod("default", "web-0"));
  }

  @Test
  void find_otherAndHiddenFiles_arePassedOver() {
    write(".pod.yaml", pod("hidden", "a"));
    write("pod.txt", pod("text", "a"));

    assertTrue(cluster.findPod("default", "hidden").isEmpty());
    assertTrue(cluster.findPod("default", "text").isEmpty());
  }

  @Test
  void find_fileChangedOrRemoved_followsIt() throws IOException {
    write("pod.yaml", pod("web-0", "a"));
    assertEquals("a", networks());

    write("pod.yaml", pod("web-0", "b"));
    assertEquals("b", networks());

    Files.delete(manifests.resolve("pod.yaml"));
    assertTrue(cluster.findPod("default", "web-0").isEmpty());
  }

  @Test
  void find_sameObjectInTwoFiles_takesTheLater() {
    write("a.yaml", pod("web-0", "first"));
    write("b.yaml", pod("web-0", "second"));

    assertEquals("second", networks());
  }

  @Test
  void find_fileTurnsBad_keepsItsObjectsAndTellsOnce() throws IOException {
    write("pod.yaml", pod("web-0", "a"));
    write("other.yaml", pod("web-1", "a"));
    assertEquals("a", networks());

    write("pod.yaml", "kind: Pod\n  metadata: [");
    assertEquals("a", networks());
    assertEquals("a", networks());
    assertTrue(cluster.findPod("default", "web-1").isPresent());

    assertEquals(1, events().size());
    assertTrue(events().get(0).contains("\"reason\":\"BadManifest\""), events().toString());

    write("pod.yaml", pod("web-0", "mended"));
    assertEquals("mended", networks());
  }

  @Test
  void find_fileEmptied_keepsItsObjects() throws IOException {
    write("pod.yaml", pod("web-0", "a"));
    assertEquals("a", networks());

    write("pod.yaml", "");
    assertEquals("a", networks());

    assertTrue(events().get(0).contains("delete the file to remove"), events().toString());
  }

  @Test
  void find_badObjects_areTold() throws IOException {
    write("number.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {a: 5}}\n");
    write("name.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: ../p}\n");
    write("huge.yaml", "# " + "x".repeat(ManifestSyntax.MAX_BYTES));
    write("bomb.yaml", bomb(12, 9));
    write("few-aliases.yaml", bomb(17, 3));
    write("itself.yaml", "a: &a [*a]\n");
    write("digits.yaml", "n: !!int " + "7".repeat(20_000) + "\n");

    assertTrue(cluster.findPod("default", "p").isEmpty());
    assertEquals(7, events().size());
  }

  private static String bomb(int levels, int aliases) {
    StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < levels; i++) {
      text.append("a%1$d: &a%1$d [".formatted(i))
          .append("*a%d,".formatted(i - 1).repeat(aliases))
          .append("]\n");
    }
    return text.toString();
  }

  @Test
  void find_whileReplacedByRename_seesOldOrNewOnly() throws IOException {
    Set<String> allowed = Set.of("a", "b");
    write("pod.yaml", pod("web-0", "a"));

    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 200; i++) {
                replace("pod.yaml", pod("web-0", i % 2 == 0 ? "b" : "a"));
              }
            });
    Set<String> seen = new HashSet<>();
    while (!writer.isDone()) {
      seen.add(networks());
    }
    writer.join();
    seen.add(networks());

    assertTrue(allowed.containsAll(seen), seen.toString());
  }

  @Test
  void find_whileWrittenInPlace_seesOldOrNewOnly() {
    String filler = "# filler\n".repeat(2000);
    write("pod.yaml", pod("web-0", "a") + filler);
    assertEquals("a", networks());

    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 50; i++) {
                write("pod.yaml", filler + pod("web-0", "b"));
              }
            });
    Set<String> seen = new HashSet<>();
    while (!writer.isDone()) {
      seen.add(networks());
    }
    writer.join();

    assertTrue(Set.of("a", "b").containsAll(seen), seen.toString());
    assertEquals("b", networks());
  }

  @Test
  void publishStatus_twice_replacesTheFileAndLeavesNothingElse() throws IOException {
    cluster.publishStatus(POD, List.of(NetworkStatus.minimal("first", true)));
    cluster.publishStatus(POD, List.of(NetworkStatus.minimal("second", true)));

    var read = new ObjectMapper().readTree(statuses.resolve("default_web-0.json").toFile());
    assertEquals("second", read.get(0).get("name").asText());
    try (var files = Files.list(statuses)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void publishStatus_folderIsAFile_throws() throws IOException {
    Files.writeString(statuses, "in the way");

    var refused =
        assertThrows(
            ClusterException.class,
            () -> cluster.publishStatus(POD, List.of(NetworkStatus.minimal("n", true))));

    assertTrue(refused.getMessage().startsWith("write network-status "), refused.getMessage());
  }

  @Test
  void forgetStatus_twice_isFine() {
    cluster.publishStatus(POD, List.of(NetworkStatus.minimal("n", true)));

    cluster.forgetStatus(POD);
    cluster.forgetStatus(POD);

    assertFalse(Files.exists(statuses.resolve("default_web-0.json")));
  }

  @Test
  void emit_events_areLinesOfJson() throws IOException {
    cluster.emit(Event.normal(POD, "AddedInterface", "Add net1 [10.1.2.3/24] from ns/a"));
    cluster.emit(Event.nodeWarning("NoNetworkFound", "two\nlines"));

    var first = new ObjectMapper().readTree(events().get(0));
    assertEquals("Normal", first.get("type").asText());
    assertEquals("AddedInterface", first.get("reason").asText());
    assertEquals("web-0", first.get("involvedObject").get("name").asText());
    assertEquals("u1", first.get("involvedObject").get("uid").asText());
    assertEquals(
        "two\nlines", new ObjectMapper().readTree(events().get(1)).get("message").asText());
  }

  @Test
  void emit_statusFolderUnusable_neverThrows() throws IOException {
    Files.writeString(statuses, "in the way");

    cluster.emit(Event.nodeWarning("Any", "message"));

    assertTrue(Files.isRegularFile(statuses));
  }

  private List<String> events() throws IOException {
    return Files.readAllLines(statuses.resolve("events.jsonl"));
  }

  private String networks() {
    return cluster
        .findPod("default", "web-0")
        .flatMap(pod -> pod.annotation("k8s.v1.cni.cncf.io/networks"))
        .orElse("absent");
  }

  private static String pod(String name, String networks) {
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          annotations:
            k8s.v1.cni.cncf.io/networks: %s
        """
        .formatted(name, networks);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(manifests.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void replace(String name, String text) {
    write(name + ".new", text);
    try {
      Files.move(
          manifests.resolve(name + ".new"),
          manifests.resolve(name),
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
