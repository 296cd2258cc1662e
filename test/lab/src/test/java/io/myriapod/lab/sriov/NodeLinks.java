package io.myriapod.lab.sriov;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Command;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The links of the node as {@code ip -d -j link} shows them, with what cards were told. */
final class NodeLinks {
  private NodeLinks() {}

  /**
   * By name, without what nobody can put back: the index, and the burnt-in address, for which igbvf
   * takes the one that the link has whenever it is set down.
   */
  static Map<String, JsonNode> all() {
    Map<String, JsonNode> links = new TreeMap<>();
    for (JsonNode link : Command.of("ip", "-d", "-j", "link").run().json()) {
      ((ObjectNode) link).remove(List.of("ifindex", "permaddr"));
      links.put(link.path("ifname").asText(), link);
    }
    return links;
  }
}
