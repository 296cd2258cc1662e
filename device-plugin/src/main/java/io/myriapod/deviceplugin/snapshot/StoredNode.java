package io.myriapod.deviceplugin.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node that is read from a directory that stands for its {@code /sys}, and from nothing else.
 *
 * @param recorded what a snapshot says besides; absent if the directory is none
 */
public record StoredNode(Path folder, Optional<RecordedNode> recorded) {
  static final String OWN_FOLDER = "myriapod";
  static final String NODE_FILE = OWN_FOLDER + "/node.json";
  static final String CONFIG_FILE = OWN_FOLDER + "/config.json";

  private static final String DEVICES = "bus/pci/devices";
  private static final int MAX_BYTES = 16 << 20;

  /**
   * @throws SnapshotException if there is no such directory, or it has no devices of the PCI bus,
   *     or the snapshot's own file is not what a snapshot has
   */
  public static StoredNode open(Path folder) {
    String attempt = "read %s in place of /sys".formatted(folder);
    if (!Files.isDirectory(folder)) {
      throw new SnapshotException(
          "%s: it %s".formatted(attempt, Files.exists(folder) ? "is no directory" : "is not there"),
          "name a directory that `myriapod devices snapshot` wrote, or another that stands for /sys;"
              + " unpack an archive first");
    }
    if (!Files.isDirectory(folder.resolve(DEVICES))) {
      throw new SnapshotException(
          "%s: it has no directory %s".formatted(attempt, DEVICES),
          "name the directory that stands for /sys itself");
    }
    Path file = folder.resolve(NODE_FILE);
    return new StoredNode(folder, Files.exists(file) ? Optional.of(node(file)) : Optional.empty());
  }

  private static RecordedNode node(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException("it has more than %d bytes".formatted(MAX_BYTES));
      }
      return RecordedNode.of(new ObjectMapper().readTree(bytes));
    } catch (JsonProcessingException e) {
      throw unreadable(file, "it is not JSON: " + Quoted.oneLine(e.getOriginalMessage(), 200));
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, e.getMessage());
    }
  }

  private static SnapshotException unreadable(Path file, String finding) {
    return new SnapshotException("read %s: %s".formatted(file, finding), "take the snapshot anew");
  }

  public Sysfs sysfs() {
    return new Sysfs(folder);
  }

  public NodeView view() {
    return recorded.map(RecordedNode::view).orElseGet(() -> TreeView.read(sysfs()));
  }

  public Holdings holdings() {
    return recorded.map(RecordedNode::holdings).orElse(Holdings.NONE);
  }

  public Optional<String> ddpProfile(PciAddress card) {
    return recorded.map(one -> one.ddpProfiles().get(card));
  }

  /** Of pools that name none. */
  public String resourcePrefix() {
    return recorded.map(RecordedNode::resourcePrefix).orElse(PoolListReader.USUAL_PREFIX);
  }

  /** The configuration that was taken with it. */
  public Optional<Path> config() {
    return Optional.of(folder.resolve(CONFIG_FILE)).filter(Files::exists);
  }
}
