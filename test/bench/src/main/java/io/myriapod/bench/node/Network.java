package io.myriapod.bench.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A network as it is configured for both sides, but for where the leases are.
 *
 * @param type the plugin that is called for it
 * @param config without the lease directory
 */
public record Network(String type, ObjectNode config) {
  /** What a function has in its pod. */
  public static final String FUNCTION_MAC = "02:00:5e:07:10:09";

  public static final int FUNCTION_MTU = 1_400;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VERSION = "1.1.0";

  /** The default network: a bridge that is the pods' default gateway, without masquerade. */
  public static Network bridge() {
    ObjectNode config = named("bench-pods", "bridge", "10.10.0.0/16");
    config.put("bridge", "cni0").put("isDefaultGateway", true);
    return new Network("bridge", config);
  }

  /** One of several macvlan networks on the node's parent link, each with a range of its own. */
  public static Network macvlan(int number) {
    ObjectNode config =
        named("bench-mv" + number, "macvlan", "10.%d.0.0/16".formatted(20 + number));
    config.put("master", BenchNode.PARENT).put("mode", "bridge");
    return new Network("macvlan", config);
  }

  /** A macvlan with an IPv6 range, whose gateway is the far end of the parent's wire. */
  public static Network macvlan6() {
    ObjectNode config = named("bench-v6", "macvlan", "fd00:60::/64");
    config.put("master", BenchNode.PARENT).put("mode", "bridge");
    ObjectNode ipam = (ObjectNode) config.get("ipam");
    ipam.putArray("routes").addObject().put("dst", "::/0");
    return new Network("macvlan", config);
  }

  /** Addresses alone: what another plugin would execute. */
  public static Network hostLocal(int leases) {
    return new Network(
        "host-local", named("bench-leases" + leases, "bench", Leases.RANGE + ".0.0/16"));
  }

  /** A virtual function without a card in sight, which {@link BenchNode#FUNCTION} stands for. */
  public static Network function() {
    ObjectNode config = JSON.createObjectNode();
    config.put("cniVersion", VERSION).put("name", "bench-vf").put("type", "sriov");
    config.put("deviceID", BenchNode.FUNCTION_ADDRESS);
    config.put("mac", FUNCTION_MAC).put("mtu", FUNCTION_MTU);
    return new Network("sriov", config);
  }

  private static ObjectNode named(String name, String type, String subnet) {
    ObjectNode config = JSON.createObjectNode();
    config.put("cniVersion", VERSION).put("name", name).put("type", type);
    ObjectNode ipam = config.putObject("ipam").put("type", "host-local");
    ipam.putArray("ranges").addArray().addObject().put("subnet", subnet);
    return config;
  }

  /** Its name. */
  public String name() {
    return config.path("name").asText();
  }

  /** The configuration with the lease directory of one side, and the result of an ADD if given. */
  public ObjectNode configuration(String dataDir, Optional<JsonNode> result) {
    ObjectNode copy = config.deepCopy();
    if (copy.get("ipam") instanceof ObjectNode ipam) {
      ipam.put("dataDir", dataDir);
    }
    result.ifPresent(added -> copy.set("prevResult", added));
    return copy;
  }
}
