package io.myriapod.kubernetes.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import io.myriapod.kubernetes.NodePod;
import io.myriapod.kubernetes.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryClusterTest {
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
  void pods_manifests_areAllWithWhatTheySayOfTheirState() {
    write(
        "all.yaml",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web-0}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web-1}
        spec: {hostNetwork: true}
        status: {phase: Running}
        """);

    Map<String, NodePod> pods =
        cluster.pods().stream().collect(Collectors.toMap(pod -> pod.pod().name(), pod -> pod));

    assertEquals(Set.of("web-0", "web-1"), pods.keySet());
    assertFalse(pods.get("web-0").reported());
    assertTrue(pods.get("web-1").reported());
    assertTrue(pods.get("web-1").hostNetwork());
  }

  @Test
  void watchPods_annotationChanges_tellsThatPodAlone() {
    List<String> told = new CopyOnWriteArrayList<>();
    write("web.yaml", asking("web", "a"));
    write("db.yaml", asking("db", "a"));
    cluster.watchPods(pod -> told.add(pod.name()));
    Waiting.until(Duration.ofSeconds(30), () -> told.size() == 2);
    told.clear();

    write("web.yaml", asking("web", "a,b"));
    Waiting.until(Duration.ofSeconds(30), () -> told.contains("web"));

    assertEquals(List.of("web"), told);
  }

  private static String asking(String pod, String networks) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, annotations: {k8s.v1.cni.cncf.io/networks: "%s"}}
        """
        .formatted(pod, networks);
  }

  /** An ADD between two looks has seen it. */
  @Test
  void watch_annotationComesBack_isToldBothTimes() {
    List<String> told = new ArrayList<>();
    PodWatch watch = new PodWatch(pod -> told.add(pod.name()));

    for (String networks : List.of("a", "a,b", "a", " a ")) {
      watch.look(new Manifests(Map.of("default/web", podAsking(networks)), Map.of()));
    }

    assertEquals(List.of("web", "web", "web"), told);
  }

  private static NodePod podAsking(String networks) {
    Map<String, String> annotations = Map.of("k8s.v1.cni.cncf.io/networks", networks);
    Pod pod = new Pod("default", "web", Optional.empty(), annotations);
    return new NodePod(pod, false, false, Optional.empty());
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
