package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Command;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The links of the node as {@code ip -d -j link} shows them, with what cards were told. */
final class NodeLinks {
  private static final int LOOKS = 10;

  private NodeLinks() {}

  /** They are as they were; a carrier may take a moment to be there again. */
  static void assertAgain(Map<String, JsonNode> before) {
    Map<String, JsonNode> now = all();
    for (int look = 1; look < LOOKS && !now.equals(before); look++) {
      Command.of("sleep", "0.5").run();
      now = all();
    }
    assertEquals(shown(before, now), shown(now, before));
  }

  /** Those of one side that the other does not have so. */
  private static String shown(Map<String, JsonNode> links, Map<String, JsonNode> others) {
    return links.entrySet().stream()
        .filter(link -> !link.getValue().equals(others.get(link.getKey())))
        .map(link -> link.getValue().toString())
        .collect(Collectors.joining("\n"));
  }

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
