package io.myriapod.base.sbr;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.Netns;
import io.myriapod.journal.Undo;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An sbr plugin, and the rules and routes of the pod as {@code ip} shows them. */
final class SbrLab extends PluginLab {
  private static final String NETWORK = "sourced";

  final SbrPlugin plugin;
  private final Netns pod;

  SbrLab(Netns node, Netns pod, Path temp) {
    super(node, pod, temp, NETWORK);
    this.pod = pod;
    this.plugin = new SbrPlugin(this.node, journal);
    undoWith(plugin.inverseHandlers());
  }

  /** For {@code net1} with these addresses: {@code 10.1.2.2/24} or {@code 10.1.2.2/24 10.1.2.1}. */
  PluginRequest request(String keys, List<String> addresses) {
    return request("net1", keys).withPrevResult(Optional.of(result(addresses)));
  }

  private CniResult result(List<String> addresses) {
    Interface other = Interface.onHost("h1", MacAddress.parse("02:00:00:00:00:01"), 1500);
    Interface own =
        Interface.inContainer(
            "net1", MacAddress.parse("02:00:00:00:00:02"), 1500, pod.path().toString());
    return CniResult.of(other, own).withAddresses(addresses.stream().map(SbrLab::address).toList());
  }

  static Address address(String text) {
    String[] words = text.split(" ");
    Optional<String> gateway = words.length > 1 ? Optional.of(words[1]) : Optional.empty();
    return new Address(IpPrefix.parse(words[0]), gateway.map(IpAddresses::parse), Optional.of(1));
  }

  /** {@code 32765: from 10.1.2.2 lookup 100}, IPv4 first, without the kernel's own. */
  List<String> rules() {
    List<String> lines = new ArrayList<>();
    for (String family : List.of("-4 ", "-6 ")) {
      for (JsonNode rule : pod.ip(family + "rule show")) {
        int priority = rule.path("priority").asInt();
        if (priority > 0 && priority < 32_766) {
          lines.add(
              "%d: from %s lookup %s"
                  .formatted(priority, rule.path("src").asText(), rule.path("table").asText()));
        }
      }
    }
    return lines;
  }

  /** {@code default via 10.1.2.1}, sorted; of one table or {@code main}. */
  List<String> routes(String table, String... links) {
    List<String> lines = new ArrayList<>();
    for (String family : List.of("-4 ", "-6 ")) {
      for (JsonNode route : pod.ip(family + "route show table all")) {
        if (!route.path("table").asText("main").equals(table)) {
          continue;
        }
        String via = route.has("gateway") ? " via " + route.path("gateway").asText() : "";
        if (links.length == 0 || Arrays.asList(links).contains(route.path("dev").asText())) {
          lines.add(route.path("dst").asText() + via);
        }
      }
    }
    lines.sort(null);
    return lines;
  }

  /** All rules and all routes with everything that {@code ip} tells of them. */
  String picture() {
    return List.of("rule show", "-6 rule show", "route show table all", "-6 route show table all")
        .stream()
        .map(question -> sortedLines(pod.run("ip -d " + question).out()))
        .toList()
        .toString();
  }

  private static List<String> sortedLines(String text) {
    return text.lines().map(String::strip).sorted().toList();
  }

  /** Ends all records of the journal without undoing anything. */
  void forget() {
    new Undo(journal, Map.of(RoutedSources.KIND, batch -> Map.of())).run(journal.all());
  }

  @Override
  protected SbrPlugin plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(NETWORK, SbrPlugin.TYPE, keys);
  }
}
