package io.myriapod.cni.foreign;

import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The environment of an executed plugin: {@code CNI_*}, {@code PATH}, the trace context, nothing
 * else. As libcni does, all six variables are always there; those without a value are empty.
 */
final class ForeignEnvironment {
  /** The agent's own PATH is a container's; a plugin wants the node's. */
  private static final String PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/cni/bin";

  private ForeignEnvironment() {}

  static Map<String, String> of(String verb, PluginRequest request) {
    Map<String, String> environment = common(verb, request.searchPath(), request.caller());
    environment.put("CNI_CONTAINERID", request.container().value());
    environment.put("CNI_NETNS", request.netns().map(Path::toString).orElse(""));
    environment.put("CNI_IFNAME", request.interfaceName().value());
    environment.put("CNI_ARGS", request.args().encode());
    return environment;
  }

  static Map<String, String> of(GcRequest request) {
    return common("GC", request.searchPath(), request.caller());
  }

  static Map<String, String> of(StatusRequest request) {
    return common("STATUS", request.searchPath(), request.caller());
  }

  private static Map<String, String> common(
      String verb, List<Path> searchPath, CallerEnvironment caller) {
    Map<String, String> environment = new LinkedHashMap<>(caller.variables());
    environment.put("PATH", PATH);
    environment.put("CNI_COMMAND", verb);
    environment.put("CNI_CONTAINERID", "");
    environment.put("CNI_NETNS", "");
    environment.put("CNI_IFNAME", "");
    environment.put("CNI_ARGS", "");
    environment.put(
        "CNI_PATH", searchPath.stream().map(Path::toString).collect(Collectors.joining(":")));
    return environment;
  }
}
