package io.myriapod.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.agent.config.AgentPaths;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Attaches the pod and shows what it got: a table, its network-status, a ping on every network. */
final class DemoPod {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream out;
  private final DemoNode node;
  private final Path root;
  private final Supplier<JsonNode> journal;

  DemoPod(PrintStream out, DemoNode node, Path root, Supplier<JsonNode> journal) {
    this.out = out;
    this.node = node;
    this.root = root;
    this.journal = journal;
  }

  void attach(DemoRuntime runtime) {
    DemoRuntime.Reply reply = runtime.call("ADD");
    out.printf("%npod demo/cnf-0 attached in %.1f ms%n%n", reply.milliseconds());
    JsonNode status = status();
    table(status);
    out.printf("%nk8s.v1.cni.cncf.io/network-status:%n%s%n%n", status.toPrettyString());
    node.plugIntoBridge("br-mgmt");
    for (String target : List.of("10.20.0.1", "fd00:30::1", "10.40.0.250", "10.10.0.1")) {
      node.ping(node.pod(), target);
      out.printf("ping %-12s answered%n", target);
    }
  }

  private JsonNode status() {
    try {
      Path file = new AgentPaths(root).status().resolve("demo_cnf-0.json");
      JsonNode tree = JSON.readTree(Files.readAllBytes(file));
      JsonNode published = tree.isArray() ? tree : tree.path("network-status");
      if (published.size() != 4) {
        throw new DemoFailure("network-status has %d entries, want 4".formatted(published.size()));
      }
      return published;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the status says beside what {@code ip} sees; they must agree. */
  private void table(JsonNode status) {
    JsonNode seen = addressesSeenByIp();
    JsonNode recorded = journal.get();
    out.printf(
        "%-10s %-18s %-24s %-19s %5s %8s%n", "INTERFACE", "NETWORK", "ADDRESS", "MAC", "MTU", "MS");
    for (JsonNode entry : status) {
      String name = entry.path("interface").asText();
      JsonNode link = find(seen, "ifname", name);
      requireSame(name, "mac", entry.path("mac").asText(), link.path("address").asText());
      List<String> addresses = new ArrayList<>();
      entry.path("ips").forEach(ip -> addresses.add(ip.asText()));
      requireAll(name, addresses, link);
      out.printf(
          "%-10s %-18s %-24s %-19s %5s %8.1f%n",
          name,
          entry.path("name").asText(),
          String.join(",", addresses),
          link.path("address").asText(),
          link.path("mtu").asText(),
          find(recorded, "interface", name).path("milliseconds").asDouble());
    }
  }

  private JsonNode addressesSeenByIp() {
    try {
      return JSON.readTree(node.ip(node.pod(), "-j", "addr", "show"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode find(JsonNode list, String key, String name) {
    for (JsonNode element : list) {
      if (element.path(key).asText().equals(name)) {
        return element;
      }
    }
    throw new DemoFailure("interface \"%s\" is not listed in %s".formatted(name, list));
  }

  private static void requireAll(String name, List<String> addresses, JsonNode link) {
    for (String address : addresses) {
      boolean there = false;
      for (JsonNode info : link.path("addr_info")) {
        there |= info.path("local").asText().equals(address);
      }
      requireSame(name, "has " + address, "true", String.valueOf(there));
    }
  }

  private static void requireSame(String name, String what, String told, String seen) {
    if (!told.equals(seen)) {
      throw new DemoFailure(
          "interface \"%s\": %s: status says %s, ip says %s".formatted(name, what, told, seen));
    }
  }
}
