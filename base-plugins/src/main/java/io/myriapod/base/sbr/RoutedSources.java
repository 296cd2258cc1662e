package io.myriapod.base.sbr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.base.undo.NamespaceUndo.Site;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.route.RouteEntry;
import io.myriapod.linux.rule.RuleEntry;
import io.myriapod.types.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What source based routing makes of one interface, as the journal keeps it. Kind {@code
 * source-routing}: {@code {"version":1, "netns", "namespaceId", "name", "mac", "index",
 * "rules":[{"from", "table", "priority"}], "routes":[…], "taken":[…], "hinted":[…]}}.
 *
 * @param mac empty for a link without one
 * @param rules to be added
 * @param routes to be added, in tables of their own; those without gateway first
 * @param taken from the main table
 * @param hinted routes of the main table as they were, which get the source that {@link #hints}
 *     says
 * @param hints what they become; as many as {@code hinted}
 */
record RoutedSources(
    String netns,
    String namespaceId,
    String name,
    String mac,
    int index,
    List<RuleEntry> rules,
    List<RouteEntry> routes,
    List<RouteEntry> taken,
    List<RouteEntry> hinted,
    List<RouteEntry> hints) {
  static final String KIND = "source-routing";
  private static final int VERSION = 1;

  RoutedSources {
    rules = List.copyOf(rules);
    routes = List.copyOf(routes);
    taken = List.copyOf(taken);
    hinted = List.copyOf(hinted);
    hints = List.copyOf(hints);
  }

  Site site() {
    return new Site(Optional.of(netns), namespaceId);
  }

  Inverse toInverse() {
    ObjectNode data =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", VERSION)
            .put("netns", netns)
            .put("namespaceId", namespaceId)
            .put("name", name)
            .put("mac", mac)
            .put("index", index);
    ArrayNode list = data.putArray("rules");
    for (RuleEntry rule : rules) {
      list.addObject()
          .put("from", rule.source().orElseThrow().toString())
          .put("table", rule.table())
          .put("priority", rule.priority());
    }
    put(data, "routes", routes);
    put(data, "taken", taken);
    put(data, "hinted", hinted);
    put(data, "hints", hints);
    return new Inverse(KIND, UndoClass.SETTING, data);
  }

  private static void put(ObjectNode data, String name, List<RouteEntry> routes) {
    ArrayNode list = data.putArray(name);
    routes.forEach(route -> list.add(StoredRoute.write(route)));
  }

  /** Throws {@link IllegalArgumentException} for a version that this program does not know. */
  static RoutedSources from(Inverse inverse) {
    JsonNode data = inverse.data();
    int version = data.path("version").asInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "inverse of kind \"%s\" has version %d: want %d".formatted(KIND, version, VERSION));
    }
    List<RuleEntry> rules = new ArrayList<>();
    for (JsonNode rule : data.path("rules")) {
      rules.add(
          RuleEntry.from(
              IpPrefix.parse(rule.path("from").asText()).address(),
              rule.path("table").asInt(),
              rule.path("priority").asInt()));
    }
    return new RoutedSources(
        data.path("netns").asText(),
        data.path("namespaceId").asText(),
        data.path("name").asText(),
        data.path("mac").asText(),
        data.path("index").asInt(),
        rules,
        routes(data, "routes"),
        routes(data, "taken"),
        routes(data, "hinted"),
        routes(data, "hints"));
  }

  private static List<RouteEntry> routes(JsonNode data, String name) {
    List<RouteEntry> routes = new ArrayList<>();
    data.path(name).forEach(json -> routes.add(StoredRoute.read(json, data.path("index").asInt())));
    return routes;
  }

  /** All of a record. */
  static List<RoutedSources> of(AttachmentRecord record) {
    return record.inverses().stream()
        .filter(inverse -> inverse.kind().equals(KIND))
        .map(RoutedSources::from)
        .toList();
  }

  /** Whether it is that link still: its index, and its name or MAC, one of which may change. */
  boolean isOf(Link link) {
    boolean sameMac = link.mac().filter(found -> found.toString().equals(mac)).isPresent();
    return link.index() == index && (sameMac || link.name().equals(name));
  }
}
