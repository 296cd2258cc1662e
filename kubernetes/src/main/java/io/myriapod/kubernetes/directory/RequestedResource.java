package io.myriapod.kubernetes.directory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a container of a pod's manifest requests of a device plugin: an entry of {@code
 * resources.limits}.
 *
 * @param init whether it is an init container, whose devices the others get after it
 * @param resource such as {@code intel.com/vf}
 */
public record RequestedResource(String container, boolean init, String resource, int count) {
  private static final int MOST = 1_000;

  /**
   * Of all containers of the pod, init containers first; what is no number of devices is left out.
   */
  public static List<RequestedResource> of(PlacedObject pod) {
    List<RequestedResource> requested = new ArrayList<>();
    JsonNode spec = pod.json().path("spec");
    spec.path("initContainers").forEach(one -> requested.addAll(ofContainer(one, true)));
    spec.path("containers").forEach(one -> requested.addAll(ofContainer(one, false)));
    return requested;
  }

  private static List<RequestedResource> ofContainer(JsonNode container, boolean init) {
    String name = container.path("name").asText();
    return container.at("/resources/limits").properties().stream()
        .filter(limit -> limit.getKey().contains("/"))
        .filter(limit -> count(limit) > 0)
        .map(limit -> new RequestedResource(name, init, limit.getKey(), count(limit)))
        .toList();
  }

  private static int count(Map.Entry<String, JsonNode> limit) {
    String text = limit.getValue().asText();
    return text.matches("\\d{1,6}") ? Math.min(Integer.parseInt(text), MOST) : 0;
  }
}
