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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told to people and pods: files beside the manifests. */
class DirectoryPublishTest {
  private static final PodRef POD = new PodRef("default", "web-0", Optional.of("u1"));

  @TempDir Path root;
  private Path statuses;
  private DirectoryCluster cluster;

  @BeforeEach
  void open() {
    statuses = root.resolve("status");
    cluster = new DirectoryCluster(root.resolve("cluster"), statuses);
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

    List<String> events = Files.readAllLines(statuses.resolve("events.jsonl"));
    var first = new ObjectMapper().readTree(events.get(0));
    assertEquals("Normal", first.get("type").asText());
    assertEquals("AddedInterface", first.get("reason").asText());
    assertEquals("web-0", first.get("involvedObject").get("name").asText());
    assertEquals("u1", first.get("involvedObject").get("uid").asText());
    assertEquals("two\nlines", new ObjectMapper().readTree(events.get(1)).get("message").asText());
  }

  @Test
  void emit_statusFolderUnusable_neverThrows() throws IOException {
    Files.writeString(statuses, "in the way");

    cluster.emit(Event.nodeWarning("Any", "message"));

    assertTrue(Files.isRegularFile(statuses));
  }
}
