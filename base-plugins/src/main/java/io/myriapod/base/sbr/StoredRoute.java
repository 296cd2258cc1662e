package io.myriapod.base.sbr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;

/** A unicast route by one link as JSON: {@code {"to":"10.9.0.0/16","via":"10.1.2.1",…}}. */
final class StoredRoute {
  private StoredRoute() {}

  /** Without the link, which is the same for all. */
  static ObjectNode write(RouteEntry route) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("to", route.destination().toString());
    json.put("table", route.table()).put("protocol", route.protocol());
    route.gateway().ifPresent(gateway -> json.put("via", IpAddresses.format(gateway)));
    route.source().ifPresent(source -> json.put("source", IpAddresses.format(source)));
    route.scope().ifPresent(scope -> json.put("scope", scope));
    route.priority().ifPresent(metric -> json.put("metric", metric));
    route.mtu().ifPresent(bytes -> json.put("mtu", bytes));
    route.advmss().ifPresent(bytes -> json.put("advmss", bytes));
    if (route.onLink()) {
      json.put("onLink", true);
    }
    return json;
  }

  /** Reads what {@link #write} wrote. Throws {@link IllegalArgumentException} for anything else. */
  static RouteEntry read(JsonNode json, int link) {
    return new RouteEntry(
        IpPrefix.parse(json.path("to").asText()),
        text(json, "via").map(IpAddresses::parse),
        Optional.of(link),
        json.path("table").asInt(),
        number(json, "scope"),
        RouteEntry.UNICAST,
        json.path("protocol").asInt(),
        number(json, "metric"),
        number(json, "mtu"),
        number(json, "advmss"),
        text(json, "source").map(IpAddresses::parse),
        json.path("onLink").asBoolean(),
        List.of());
  }

  private static Optional<String> text(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
  }

  private static Optional<Integer> number(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonNode::asInt);
  }
}
