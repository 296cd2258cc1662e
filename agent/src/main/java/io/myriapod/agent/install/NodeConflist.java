package io.myriapod.agent.install;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the container runtime reads: a network that is valid alone, wraps the primary by its file
 * and has the primary's capabilities, so that host ports and bandwidth still reach it. Runtimes
 * that do not know {@code cniVersions} go on with the primary's version.
 */
final class NodeConflist {
  private NodeConflist() {}

  /**
   * The file's bytes.
   *
   * @param configurations the folder as the node names it
   * @param settings further keys of the plugin
   */
  static byte[] of(Primary primary, Path configurations, ObjectNode settings) {
    ObjectNode list = Json.object().put("cniVersion", primary.cniVersion());
    ArrayNode versions = list.putArray("cniVersions");
    Stream.of(CniVersion.values()).map(CniVersion::text).forEach(versions::add);
    list.put("name", NodeFolders.PROGRAM).put("loadOnlyInlinedPlugins", true);
    ObjectNode plugin = list.putArray("plugins").addObject().put("type", NodeFolders.PROGRAM);
    if (!primary.capabilities().isEmpty()) {
      ObjectNode capabilities = plugin.putObject("capabilities");
      primary.capabilities().forEach(name -> capabilities.put(name, true));
    }
    plugin.setAll(settings);
    plugin.put("clusterNetwork", configurations.resolve(primary.file().getFileName()).toString());
    return (list.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
