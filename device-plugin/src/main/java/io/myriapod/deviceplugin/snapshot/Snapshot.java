package io.myriapod.deviceplugin.snapshot;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node as it is written to a directory, for {@link StoredNode}.
 *
 * @param devices those of the node
 * @param config of the device plugin, as it is written
 */
public record Snapshot(
    Sysfs sysfs, List<NodeDevice> devices, RecordedNode node, Optional<byte[]> config) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Copies the list. */
  public Snapshot {
    devices = List.copyOf(devices);
  }

  /**
   * Writes it to a directory that is not there yet, or empty.
   *
   * @throws SnapshotException if it has something in it
   * @throws IOException naming the file that cannot be written; what was written before stays
   */
  public void writeTo(Path folder) throws IOException {
    requireEmpty(folder);
    Set<PciAddress> functions = devices.stream().map(NodeDevice::pci).collect(Collectors.toSet());
    new SysfsCopy(sysfs, folder).copy(functions);
    Files.createDirectories(folder.resolve(StoredNode.OWN_FOLDER));
    Files.writeString(
        folder.resolve(StoredNode.NODE_FILE), JSON.writeValueAsString(node.toJson()) + "\n");
    if (config.isPresent()) {
      Files.write(folder.resolve(StoredNode.CONFIG_FILE), config.get());
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      if (!Files.isDirectory(folder)) {
        throw refused(folder, "it is no directory");
      }
      try (Stream<Path> inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          throw refused(folder, "there is something in it");
        }
      }
    }
  }

  private static SnapshotException refused(Path folder, String finding) {
    return new SnapshotException(
        "write a snapshot to %s: %s".formatted(folder, finding),
        "name a directory that is not there yet");
  }
}
