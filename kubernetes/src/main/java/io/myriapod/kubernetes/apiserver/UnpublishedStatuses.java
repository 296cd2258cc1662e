package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statuses that the API server does not have yet, a file each, so that an agent that comes
 * after a killed one sends them. Not flushed to the disk: a machine that ends takes the pods along.
 * A disk that takes nothing is logged and holds nobody up.
 */
final class UnpublishedStatuses {
  private static final Logger LOG = LoggerFactory.getLogger(UnpublishedStatuses.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ENDING = ".json";
  private static final long MOST_BYTES = 1 << 20;

  private final Path folder;

  /** The folder is made when there is something to keep. */
  UnpublishedStatuses(Path folder) {
    this.folder = folder;
  }

  /** Keeps it in place of an earlier one of the pod. */
  void keep(StatusPatch patch) {
    try {
      ObjectNode kept =
          JSON.createObjectNode()
              .put("namespace", patch.pod().namespace())
              .put("name", patch.pod().name())
              .put("patch", patch.body());
      patch.pod().uid().ifPresent(uid -> kept.put("uid", uid));
      AtomicFile.write(fileOf(patch.pod()), JSON.writeValueAsBytes(kept));
    } catch (IOException e) {
      LOG.warn(
          "keep network-status of pod {} until it is published: {}", patch.pod(), e.toString());
    }
  }

  /** Nobody has to send that pod's any more. */
  void drop(PodRef pod) {
    try {
      Files.deleteIfExists(fileOf(pod));
    } catch (IOException e) {
      LOG.warn("forget the kept network-status of pod {}: {}", pod, e.toString());
    }
  }

  /** What is kept; a file that is no status is deleted with a warning. */
  List<StatusPatch> read() {
    List<StatusPatch> kept = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        read(file).ifPresent(kept::add);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      LOG.warn("read the statuses that are not published: {}", e.toString());
    }
    return kept;
  }

  private static Optional<StatusPatch> read(Path file) {
    try {
      if (file.getFileName().toString().startsWith(AtomicFile.UNFINISHED)) {
        Files.deleteIfExists(file);
        return Optional.empty();
      }
      return file.getFileName().toString().endsWith(ENDING) ? parsed(file) : Optional.empty();
    } catch (IOException e) { // it may be read the next time
      LOG.warn("read {}: {}", file, e.toString());
      return Optional.empty();
    }
  }

  private static Optional<StatusPatch> parsed(Path file) throws IOException {
    try {
      byte[] bytes = Files.size(file) > MOST_BYTES ? new byte[0] : Files.readAllBytes(file);
      JsonNode kept = JSON.readTree(bytes);
      PodRef pod =
          new PodRef(
              kept.path("namespace").asText(),
              kept.path("name").asText(),
              Optional.ofNullable(kept.get("uid")).map(JsonNode::asText));
      return Optional.of(new StatusPatch(pod, kept.required("patch").asText()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      LOG.warn("delete {}, which is no status: {}", file, e.getMessage());
      Files.deleteIfExists(file);
      return Optional.empty();
    }
  }

  /** Both names together may be longer than a file's. */
  private Path fileOf(PodRef pod) {
    UUID name = UUID.nameUUIDFromBytes(pod.toString().getBytes(StandardCharsets.UTF_8));
    return folder.resolve(name + ENDING);
  }
}
