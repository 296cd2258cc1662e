package io.myriapod.base.tuning;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which the reference plugin keeps what it changed, {@code
 * <dataDir>/<container>_<interface>.json}: for pods that it attached and that we delete. Nothing in
 * here is an error, as for the reference plugin's own DEL.
 */
final class ReferenceBackup {
  private static final Logger LOG = LoggerFactory.getLogger(ReferenceBackup.class);
  private static final Path DEFAULT_DIRECTORY = Path.of("/run/cni/tuning");
  private static final int MAX_BYTES = 4_096;

  private final Path file;

  private ReferenceBackup(Path file) {
    this.file = file;
  }

  /** The file of that request below the root, if there is one, and if it is a plain file. */
  static Optional<ReferenceBackup> find(Path root, PluginRequest request) {
    Path directory = directory(request).normalize();
    String name = request.container() + "_" + request.interfaceName() + ".json";
    Path file = root.resolve(Path.of("/").relativize(directory)).resolve(name);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new ReferenceBackup(file))
        : Optional.empty();
  }

  private static Path directory(PluginRequest request) {
    try {
      return request.config().root().path("dataDir").orElse(DEFAULT_DIRECTORY);
    } catch (CniException e) {
      return DEFAULT_DIRECTORY; // an old pod must go away, whatever its definition says by now
    }
  }

  /** Puts the settings on the link of the request, if it is still there. */
  void restore(NetworkNamespace pod, PluginRequest request) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] json = in.readNBytes(MAX_BYTES + 1);
      LinkTuning former = LinkTuning.of(Json.parse(json, "backup", MAX_BYTES));
      pod.links()
          .find(request.interfaceName().value())
          .ifPresent(link -> TuningUndo.restore(former, pod.links(), link));
    } catch (IOException | CniException | IllegalArgumentException e) {
      LOG.warn("restore from {}: {}", file, e.getMessage());
    }
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("remove {}: {}", file, e.toString());
    }
  }
}
