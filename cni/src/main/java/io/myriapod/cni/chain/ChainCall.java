package io.myriapod.cni.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ADD, CHECK or DEL of a whole network.
 *
 * @param netns absent in a DEL after it is gone
 * @param capabilityArgs value by capability; a plugin gets only those that it says it has
 * @param searchPath directories of {@code CNI_PATH}
 */
public record ChainCall(
    NetworkList list,
    ContainerId container,
    InterfaceName interfaceName,
    Optional<Path> netns,
    CniArgs args,
    Map<String, JsonNode> capabilityArgs,
    Deadline deadline,
    List<Path> searchPath,
    CallerEnvironment caller) {

  /** Copies the collections. */
  public ChainCall {
    capabilityArgs = Collections.unmodifiableMap(new LinkedHashMap<>(capabilityArgs));
    searchPath = List.copyOf(searchPath);
  }

  /** The request for one of the list's plugins. */
  public PluginRequest request(int plugin, Optional<CniResult> prevResult) {
    Optional<JsonNode> encoded =
        prevResult.map(result -> ResultCodec.encode(result, list.cniVersion()));
    NetworkConfig config = list.forPlugin(plugin, capabilityArgs, encoded);
    return new PluginRequest(
        container, interfaceName, netns, args, config, prevResult, deadline, searchPath, caller);
  }
}
