package io.myriapod.pluginlab;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.Netns;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Calls of a reference plugin's executable. */
public final class ReferenceCall {
  private ReferenceCall() {}

  /** What the plugin of the request's type prints for it on that node. */
  public static JsonNode run(Path folder, String verb, PluginRequest request, Netns node) {
    return node.command(folder.resolve(request.config().type()).toString())
        .withStdin(new String(request.config().bytes(), StandardCharsets.UTF_8))
        .withEnvironment(
            Map.of(
                "CNI_COMMAND", verb,
                "CNI_CONTAINERID", request.container().value(),
                "CNI_NETNS", request.requireNetns().toString(),
                "CNI_IFNAME", request.interfaceName().value(),
                "CNI_PATH", folder.toString(),
                "PATH", System.getenv("PATH")))
        .run()
        .json();
  }
}
