package io.myriapod.differential.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Netns;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Node and pod at one moment.
 *
 * @param facts paths that begin with {@code node} or {@code pod}, and what is there
 * @param links in the order of their making, {@code node NAME} or {@code pod NAME} → MAC
 */
public record Picture(Map<String, String> facts, Map<String, String> links) {
  /** What stands for a fact that is there no more. */
  public static final String GONE = "(gone)";

  /**
   * Looks now.
   *
   * @param files by path, that belong to the node
   */
  public static Picture of(Netns node, Netns pod, Map<String, String> files) {
    RawPicture onNode = RawPicture.of(node);
    RawPicture inPod = RawPicture.of(pod);
    Map<String, String> facts = new HashMap<>();
    Facts.of(onNode, inPod.names()).forEach((path, value) -> facts.put("node " + path, value));
    Facts.of(inPod, onNode.names()).forEach((path, value) -> facts.put("pod " + path, value));
    files.forEach((path, value) -> facts.put("node file " + path, value));
    Map<String, String> links = new LinkedHashMap<>();
    macs("pod ", inPod, links);
    macs("node ", onNode, links);
    return new Picture(facts, links);
  }

  /** What of the node is not as in another picture, now. */
  public static Map<String, String> ofNodeSince(
      Picture before, Netns node, Map<String, String> files) {
    Map<String, String> facts = new HashMap<>();
    Facts.of(RawPicture.of(node), Map.of())
        .forEach((path, value) -> facts.put("node " + path, value));
    files.forEach((path, value) -> facts.put("node file " + path, value));
    Map<String, String> changes = new Picture(facts, Map.of()).since(before);
    changes.keySet().removeIf(path -> path.startsWith("pod "));
    return changes;
  }

  private static void macs(String where, RawPicture raw, Map<String, String> links) {
    Map<Integer, String> ordered = new TreeMap<>();
    Map<String, String> macs = new TreeMap<>();
    for (JsonNode link : raw.links()) {
      if (link.has("ifname")) {
        ordered.put(link.path("ifindex").asInt(), link.path("ifname").asText());
        macs.put(link.path("ifname").asText(), link.path("address").asText());
      }
    }
    ordered.values().forEach(name -> links.put(where + name, macs.get(name)));
  }

  /** Facts that are new, other, or gone ({@link #GONE}). */
  public Map<String, String> since(Picture before) {
    Map<String, String> changes = new HashMap<>();
    facts.forEach(
        (path, value) -> {
          if (!value.equals(before.facts.get(path))) {
            changes.put(path, value);
          }
        });
    before.facts.keySet().stream()
        .filter(path -> !facts.containsKey(path))
        .forEach(path -> changes.put(path, GONE));
    return changes;
  }
}
