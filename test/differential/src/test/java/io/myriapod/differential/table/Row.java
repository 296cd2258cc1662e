package io.myriapod.differential.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a table: a call to be made by both sides. README.md says what each key means.
 *
 * @param config whole, but for {@code cniVersion}, {@code name} and {@code prevResult}
 * @param front the configuration of the plugin that runs before it
 * @param node what a shell does on the node beforehand
 * @param pod what a shell does in the pod beforehand
 * @param args {@code CNI_ARGS}
 * @param files by path, what is to be in them beforehand
 * @param handed the key for which the request goes to the node's own executable
 */
public record Row(
    String plugin,
    String name,
    List<String> options,
    List<String> versions,
    ObjectNode config,
    Optional<ObjectNode> front,
    String node,
    String pod,
    String args,
    String ifname,
    Map<String, String> files,
    Optional<String> handed,
    boolean collected,
    List<Difference> differences) {
  /** Copies its collections. */
  public Row {
    options = List.copyOf(options);
    versions = List.copyOf(versions);
    config = config.deepCopy();
    files = Map.copyOf(files);
    differences = List.copyOf(differences);
  }

  /** How it is called in messages. */
  public String title() {
    return plugin + ": " + name;
  }
}
