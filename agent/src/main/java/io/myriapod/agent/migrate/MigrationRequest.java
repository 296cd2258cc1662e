package io.myriapod.agent.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.json.Json;
import java.nio.file.Path;

/**
 * What the command line asks for. Folders as the node names them.
 *
 * @param multus the {@code cniDir} of Multus
 * @param runtime where the container runtime's libcni keeps results
 * @param programs where plugins are
 * @param network the name of the configuration that is called for the pods from now on
 * @param dryRun records nothing
 */
public record MigrationRequest(
    Path multus, Path runtime, Path programs, String network, boolean dryRun) {
  /** By this name the agent knows that no runtime asks. */
  public static final String CALLED_AS = "migrate";

  /** Reads what {@link #toJson} wrote. */
  public static MigrationRequest of(byte[] json) {
    ConfigObject object =
        ConfigObject.of(Json.parseObject(json, "request to migrate"), "request to migrate");
    return new MigrationRequest(
        folder(object, "multus"),
        folder(object, "runtime"),
        folder(object, "programs"),
        object.string("network").orElseThrow(() -> object.missing("network", "a name")),
        object.bool("dryRun", false));
  }

  private static Path folder(ConfigObject object, String key) {
    return Path.of(object.string(key).orElseThrow(() -> object.missing(key, "a folder")));
  }

  ObjectNode toJson() {
    return Json.object()
        .put("multus", multus.toString())
        .put("runtime", runtime.toString())
        .put("programs", programs.toString())
        .put("network", network)
        .put("dryRun", dryRun);
  }
}
