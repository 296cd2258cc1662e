package io.myriapod.lab.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A plugin as a runtime calls it for one interface: the shim under the plugin's name, with this
 * process's network namespace as the node.
 *
 * @param root of the agent that answers
 * @param config with {@code type}
 */
public record NodePlugin(Path root, Netns pod, String interfaceName, ObjectNode config) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For {@code net1} of the pod. */
  public static NodePlugin of(Path root, Netns pod, String config) {
    return of(root, pod, "net1", config);
  }

  /** For an interface of that name. */
  public static NodePlugin of(Path root, Netns pod, String interfaceName, String config) {
    try {
      return new NodePlugin(root, pod, interfaceName, (ObjectNode) JSON.readTree(config));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(config, e);
    }
  }

  /** The same with the result of its ADD, as CHECK and DEL get it. */
  public NodePlugin after(Result added) {
    ObjectNode changed = config.deepCopy();
    changed.set("prevResult", added.json());
    return new NodePlugin(root, pod, interfaceName, changed);
  }

  /** Runs a verb; an exit code but 0 is an assertion error. */
  public Result run(String verb) {
    return attempt(verb).orThrow();
  }

  /** Runs a verb, whatever becomes of it. */
  public Result attempt(String verb) {
    return Command.of(called().toString())
        .withEnvironment(
            Map.of(
                "MYRIAPOD_ROOT",
                root.toString(),
                "CNI_COMMAND",
                verb,
                "CNI_CONTAINERID",
                pod.name(),
                "CNI_NETNS",
                pod.path().toString(),
                "CNI_IFNAME",
                interfaceName,
                "CNI_PATH",
                "/opt/cni/bin"))
        .withStdin(config.toString())
        .attempt();
  }

  private Path called() {
    Path link = root.resolve(config.path("type").asText());
    try {
      return Files.exists(link) ? link : Files.createSymbolicLink(link, Product.shim());
    } catch (IOException e) {
      throw new UncheckedIOException("link " + link, e);
    }
  }
}
