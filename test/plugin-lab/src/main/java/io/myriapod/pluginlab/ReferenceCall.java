package io.myriapod.pluginlab;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.Netns;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Calls of a reference plugin's executable, and its answers in a form that can be compared. */
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

  /** A MAC that the test gave, or a star for one of chance. */
  public static String masked(String mac) {
    return mac.startsWith("02:00:00:00:00:") ? mac : "*";
  }

  /** Keys in one order, whoever wrote them; without empty objects. */
  public static Object sorted(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      fields.values().removeIf(value -> value.toString().equals("{}"));
      return fields;
    }
    if (node.isArray()) {
      List<Object> elements = new ArrayList<>();
      node.forEach(element -> elements.add(sorted(element)));
      return elements;
    }
    return node.toString();
  }
}
