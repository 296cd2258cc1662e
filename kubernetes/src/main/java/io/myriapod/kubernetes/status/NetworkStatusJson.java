package io.myriapod.kubernetes.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Writes network-status, and reads what it wrote.
 *
 * <p>Keys and their order as net-attach-def-client writes them; {@code default} and {@code dns} are
 * always there; empty values are left out. The gateways stand twice: as {@code default-route}, the
 * specification's name, and as {@code gateway}, the one that Multus uses and readers look for.
 */
public final class NetworkStatusJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private NetworkStatusJson() {}

  /** The list as JSON, in its order. */
  public static ArrayNode encode(List<NetworkStatus> statuses) {
    ArrayNode list = NODES.arrayNode();
    statuses.forEach(status -> list.add(encode(status)));
    return list;
  }

  private static ObjectNode encode(NetworkStatus status) {
    ObjectNode json = NODES.objectNode();
    json.put("name", status.name());
    status.interfaceName().ifPresent(name -> json.put("interface", name));
    putAll(json, "ips", texts(status.ips()));
    status.mac().ifPresent(mac -> json.put("mac", mac));
    status.mtu().ifPresent(mtu -> json.put("mtu", mtu));
    json.put("default", status.isDefault());
    json.set("dns", encode(status.dns()));
    status.deviceInfo().ifPresent(device -> json.set("device-info", device.deepCopy()));
    status.infinibandGuid().ifPresent(guid -> json.put("infiniband-guid", guid));
    putAll(json, "gateway", texts(status.gateways()));
    putAll(json, "default-route", texts(status.gateways()));
    return json;
  }

  private static ObjectNode encode(StatusDns dns) {
    ObjectNode json = NODES.objectNode();
    putAll(json, "nameservers", dns.nameservers());
    if (!dns.domain().isEmpty()) {
      json.put("domain", dns.domain());
    }
    putAll(json, "search", dns.search());
    putAll(json, "options", dns.options());
    return json;
  }

  /**
   * Reads a list that {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static List<NetworkStatus> decode(JsonNode list) {
    return list.valueStream().map(NetworkStatusJson::decodeOne).toList();
  }

  private static NetworkStatus decodeOne(JsonNode json) {
    JsonNode dns = json.path("dns");
    return new NetworkStatus(
        json.path("name").asText(),
        text(json, "interface"),
        addresses(json.path("ips")),
        text(json, "mac"),
        Optional.ofNullable(json.get("mtu")).map(JsonNode::asInt),
        json.path("default").asBoolean(),
        new StatusDns(
            strings(dns.path("nameservers")),
            dns.path("domain").asText(),
            strings(dns.path("search")),
            strings(dns.path("options"))),
        addresses(json.path("gateway")),
        text(json, "infiniband-guid"),
        Optional.ofNullable(json.get("device-info"))
            .filter(JsonNode::isObject)
            .map(ObjectNode.class::cast));
  }

  private static Optional<String> text(JsonNode json, String key) {
    return Optional.ofNullable(json.get(key)).map(JsonNode::asText);
  }

  private static List<String> strings(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  private static List<InetAddress> addresses(JsonNode list) {
    return strings(list).stream().map(IpAddresses::parse).toList();
  }

  private static List<String> texts(List<InetAddress> addresses) {
    return addresses.stream().map(IpAddresses::format).toList();
  }

  private static void putAll(ObjectNode json, String key, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = json.putArray(key);
      values.forEach(list::add);
    }
  }
}
