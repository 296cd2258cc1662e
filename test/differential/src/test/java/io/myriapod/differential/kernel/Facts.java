package io.myriapod.differential.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A raw picture as lines of path and value, e.g. {@code link net1 mtu} → {@code 1500}. What changes
 * by itself or by chance is left out: indexes, counters, timers, carriers of other links.
 */
final class Facts {
  private static final Pattern BY_ITSELF =
      Pattern.compile(
          ".*_timer|carrier_.*|ifindex|link_netnsid|link_index|link|refcnt|bytes|packets|index");

  /** Numbers of a bridge's ports, and what the bridge itself shows as well. */
  private static final Set<String> OF_PORT = Set.of("no", "id", "bridge_id", "root_id");

  private static final Set<String> CARRIER = Set.of("LOWER_UP", "NO-CARRIER", "M-DOWN", "linkdown");
  private static final int ADDRESSES = 1;
  private static final int ROUTES = 2;
  private static final int RULES = 3;
  private static final int NEIGHBOURS = 4;

  private final Map<String, String> facts = new HashMap<>();
  private final RawPicture raw;

  private Facts(RawPicture raw) {
    this.raw = raw;
  }

  /**
   * @param elsewhere what a link's index means in the other namespace
   */
  static Map<String, String> of(RawPicture raw, Map<Integer, String> elsewhere) {
    Facts facts = new Facts(raw);
    facts.links(elsewhere);
    for (String family : List.of("4", "6")) {
      facts.addresses(family);
      facts.routes(family);
      facts.others(family);
    }
    facts.traffic();
    facts.bridges();
    facts.ruleset();
    raw.sysctls().forEach((key, value) -> facts.facts.put("sysctl " + key, value));
    return facts.facts;
  }

  private void links(Map<Integer, String> elsewhere) {
    Map<Integer, String> here = raw.names();
    for (JsonNode link : raw.links()) {
      if (!link.has("ifname")) {
        continue;
      }
      String key = "link " + link.path("ifname").asText();
      attributes(key, link);
      facts.put(key, "there");
      if (link.has("link")) {
        facts.put(key + " on", link.path("link").asText());
      } else if (link.path("link_index").asInt() > 0) {
        int index = link.path("link_index").asInt();
        Map<Integer, String> names = link.has("link_netnsid") ? elsewhere : here;
        facts.put(key + " on", "other namespace's " + names.getOrDefault(index, "unknown"));
      }
    }
  }

  private void addresses(String family) {
    for (JsonNode link : raw.documents().get("ip" + family).get(ADDRESSES)) {
      for (JsonNode address : link.path("addr_info")) {
        if (address.has("local")) {
          String key =
              "address %s %s/%s"
                  .formatted(
                      link.path("ifname").asText(),
                      address.path("local").asText(),
                      address.path("prefixlen").asText());
          attributes(key, without(address, "local", "prefixlen", "label", "family"));
          facts.put(key, "there");
        }
      }
    }
  }

  private void routes(String family) {
    for (JsonNode route : raw.documents().get("ip" + family).get(ROUTES)) {
      String key =
          "route %s %s %s %s via %s dev %s"
              .formatted(
                  family,
                  route.path("table").asText("main"),
                  route.path("type").asText(),
                  route.path("dst").asText(),
                  route.path("gateway").asText("-"),
                  route.path("dev").asText("-"));
      String metric = route.path("metric").asText("0");
      attributes(
          key + " metric " + metric,
          without(route, "table", "type", "dst", "gateway", "dev", "metric"));
      facts.put(key + " metric " + metric, "there");
    }
  }

  private void others(String family) {
    for (JsonNode rule : raw.documents().get("ip" + family).get(RULES)) {
      facts.put(
          "rule %s %s %s"
              .formatted(
                  family,
                  rule.path("priority").asText(),
                  sorted(without(rule, "priority", "protocol"))),
          "there");
    }
    for (JsonNode one : raw.documents().get("ip" + family).get(NEIGHBOURS)) {
      attributes(
          "neighbour %s %s %s"
              .formatted(family, one.path("dev").asText(), one.path("dst").asText()),
          without(one, "dev", "dst"));
    }
  }

  private void traffic() {
    for (JsonNode qdisc : raw.elements("qdisc")) {
      attributes(
          "qdisc %s %s"
              .formatted(
                  qdisc.path("dev").asText(),
                  qdisc.has("root") ? "root" : qdisc.path("parent").asText()),
          without(qdisc, "dev", "root", "parent"));
    }
    for (JsonNode of : raw.documents().get("filter")) {
      int count = 0;
      for (JsonNode filter : of.path("filters")) {
        attributes(
            "filter %s %s %d".formatted(of.path("dev").asText(), of.path("at").asText(), count++),
            filter);
      }
    }
  }

  private void bridges() {
    for (JsonNode port : raw.elements("vlan")) {
      for (JsonNode vlan : port.path("vlans")) {
        String key =
            "vlan %s %s".formatted(port.path("ifname").asText(), vlan.path("vlan").asText());
        facts.put(key, sorted(vlan));
      }
    }
    for (JsonNode entry : raw.elements("fdb")) {
      boolean multicast = entry.path("mac").asText().matches("(33:33|01:00:5e|01:80:c2).*");
      if (entry.path("state").asText().equals("permanent") && !multicast) {
        facts.put(
            "fdb %s %s %s"
                .formatted(
                    entry.path("ifname").asText(),
                    entry.path("mac").asText(),
                    entry.path("vlan").asText("-")),
            sorted(without(entry, "mac", "ifname", "vlan")));
      }
    }
  }

  private void ruleset() {
    int count = 0;
    for (JsonNode object : raw.documents().get("nft").get(0).path("nftables")) {
      if (!object.has("metainfo")) {
        String text = sorted(object).replaceAll("\"(handle|packets|bytes)\":\\d+,?", "");
        facts.put("nft %03d".formatted(count++), text);
      }
    }
  }

  private void attributes(String key, JsonNode object) {
    object
        .properties()
        .forEach(
            field -> {
              if (!BY_ITSELF.matcher(field.getKey()).matches()) {
                flatten(key + " " + field.getKey(), field.getValue());
              }
            });
  }

  private void flatten(String key, JsonNode value) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(
              field -> {
                boolean port = key.endsWith("slave_data") && OF_PORT.contains(field.getKey());
                if (!port && !BY_ITSELF.matcher(field.getKey()).matches()) {
                  flatten(key + "." + field.getKey(), field.getValue());
                }
              });
    } else if (key.endsWith("flags") && value.isArray()) {
      List<String> flags = new ArrayList<>();
      value.forEach(flag -> flags.add(flag.asText()));
      flags.removeAll(CARRIER);
      flags.sort(null);
      facts.put(key, String.join(",", flags));
    } else if (key.endsWith("_life_time")) {
      facts.put(key, value.asLong() == 0xffff_ffffL ? "forever" : "limited");
    } else {
      facts.put(key, value.isValueNode() ? value.asText() : sorted(value));
    }
  }

  private static JsonNode without(JsonNode object, String... keys) {
    return ((ObjectNode) object.deepCopy()).without(List.of(keys));
  }

  /** As JSON with keys in one order. */
  static String sorted(JsonNode node) {
    if (node.isObject()) {
      Map<String, String> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      List<String> texts = new ArrayList<>();
      fields.forEach((key, value) -> texts.add("\"" + key + "\":" + value));
      return "{" + String.join(",", texts) + "}";
    }
    if (node.isArray()) {
      List<String> texts = new ArrayList<>();
      node.forEach(element -> texts.add(sorted(element)));
      return "[" + String.join(",", texts) + "]";
    }
    return node.toString();
  }
}
