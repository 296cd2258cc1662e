package io.myriapod.agent.inspection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All plugins of one network, without a pod that asks for it. */
final class NetworkInspection {
  /** What a pod may bring along where the network itself need not say it. */
  private static final String ANY_DEVICE = "0000:00:00.1";

  private static final String ANY_ADDRESS = "192.0.2.1/24";

  private final NetworkList list;
  private final Optional<String> resource;

  /**
   * @param resource whose devices its pods get
   */
  NetworkInspection(NetworkList list, Optional<String> resource) {
    this.list = list;
    this.resource = resource;
  }

  /** Keys are those of the whole list. */
  List<Remark> remarks() {
    List<Remark> remarks = new ArrayList<>();
    for (int i = 0; i < list.plugins().size(); i++) {
      if (NodeConfigInspection.isOwn(list.plugins().get(i))) {
        continue; // its reader is the node's configuration
      }
      String path = list.isList() ? "plugins[%d]".formatted(i) : "";
      remarksOf(i).stream()
          .map(remark -> path.isEmpty() ? remark : remark.below(path))
          .forEach(remarks::add);
    }
    return remarks;
  }

  private List<Remark> remarksOf(int plugin) {
    PluginRequest request = call(plugin).request(plugin, Optional.empty());
    List<Remark> remarks = new ArrayList<>();
    NetworkConfig config = request.config();
    boolean taking = PluginReaders.takesDevice(config.root().string("type").orElse(""));
    if (taking && !namesDevice(config)) {
      request = request.withConfig(config.with("deviceID", TextNode.valueOf(ANY_DEVICE)));
      if (resource.isEmpty()) {
        remarks.add(
            Remark.warning(
                "%s: no device is named, and no resource gives one".formatted(list.source()),
                "set annotation k8s.v1.cni.cncf.io/resourceName of the definition, or \"deviceID\" in the pods' annotations",
                "type"));
      }
    }
    remarks.addAll(PluginInspection.of(request));
    return remarks;
  }

  private static boolean namesDevice(NetworkConfig config) {
    ConfigObject root = config.root();
    return List.of("deviceID", "pciBusID", "device", "hwaddr", "kernelpath").stream()
        .anyMatch(root::has);
  }

  private ChainCall call(int plugin) {
    return new ChainCall(
        list,
        new ContainerId("any"),
        new InterfaceName("net1"),
        Optional.of(Path.of("/run/netns/any")),
        CniArgs.empty(),
        addresses(plugin),
        Deadline.in(Duration.ofMinutes(1)),
        List.of(),
        CallerEnvironment.none());
  }

  /** Addresses come with the pod where {@code static} has none and is told some. */
  private Map<String, JsonNode> addresses(int plugin) {
    NetworkConfig config = list.plugins().get(plugin);
    Map<String, JsonNode> values = new HashMap<>();
    JsonNode ipam = config.json().path("ipam");
    Set<String> capabilities = list.capabilities(plugin);
    boolean open = ipam.path("type").asText().equals("static") && ipam.path("addresses").isEmpty();
    if (open && capabilities.contains("ips")) {
      values.put("ips", Json.object().arrayNode().add(ANY_ADDRESS));
    }
    return values;
  }
}
