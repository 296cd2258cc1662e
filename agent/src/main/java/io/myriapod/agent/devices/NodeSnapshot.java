package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.config.DevicePluginSettings;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.deviceplugin.config.FileContent;
import io.myriapod.deviceplugin.config.PoolListReader;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.snapshot.RecordedNode;
import io.myriapod.deviceplugin.snapshot.Snapshot;
import io.myriapod.deviceplugin.snapshot.SnapshotException;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes what tells of this node's devices to a directory. */
public final class NodeSnapshot {
  private final AgentPaths paths;
  private final Node node;
  private final Sysfs sysfs;

  /**
   * @param sys the directory that stands for {@code /sys}
   */
  public NodeSnapshot(AgentPaths paths, Node node, Path sys) {
    this.paths = paths;
    this.node = node;
    this.sysfs = new Sysfs(sys);
  }

  /**
   * Writes it to a directory that is not there yet, or empty.
   *
   * @param withConfig also the configuration of the pools
   * @return how many devices there are in it
   * @throws CniException 5 if something cannot be read or written
   */
  public int writeTo(Path folder, boolean withConfig) {
    NodeView view = NodeView.of(node);
    List<NodeDevice> devices = new Discovery(sysfs, () -> view).read();
    Optional<DevicePluginSettings> settings = AgentConfig.read(paths.config()).devicePlugin();
    String prefix =
        settings.map(DevicePluginSettings::resourcePrefix).orElse(PoolListReader.USUAL_PREFIX);
    RecordedNode recorded =
        RecordedNode.of(
            view, sysfs, profiles(devices), PictureReader.holdings(paths, node), prefix);
    Optional<byte[]> config = withConfig ? Optional.of(config(settings)) : Optional.empty();
    try {
      new Snapshot(sysfs, devices, recorded, config).writeTo(folder);
    } catch (SnapshotException e) {
      throw DeviceClient.told(e);
    } catch (IOException e) {
      throw new CniException(
          ErrorCode.IO,
          "write a snapshot to %s: %s".formatted(folder, e),
          "look at space and permissions there");
    }
    return devices.size();
  }

  private Map<PciAddress, String> profiles(List<NodeDevice> devices) {
    DdpProfiles asked = new DdpProfiles(node);
    Map<PciAddress, String> profiles = new TreeMap<>();
    for (NodeDevice device : devices) {
      asked.of(device.card()).ifPresent(name -> profiles.put(device.card(), name));
    }
    return profiles;
  }

  private byte[] config(Optional<DevicePluginSettings> settings) {
    DevicePluginSettings section =
        settings.orElseThrow(
            () -> unread(paths.config(), "has no section " + DevicePluginSettings.KEY));
    return section
        .resourceList()
        .map(list -> Json.bytes(JsonNodeFactory.instance.objectNode().set("resourceList", list)))
        .orElseGet(() -> text(paths.onNode(section.configFile())));
  }

  private static byte[] text(Path file) {
    FileContent content = FileContent.read(file);
    if (content.problem().isPresent()) {
      throw unread(file, content.problem().get());
    }
    return content.bytes();
  }

  private static CniException unread(Path file, String finding) {
    return new CniException(
        ErrorCode.IO,
        "read the configuration of the pools: %s %s".formatted(file, finding),
        "mend it, or leave it out of the snapshot");
  }
}
