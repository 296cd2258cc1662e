package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pod that is attached to the network of a {@link TamperTable}; closing deletes it. */
final class TamperedPod implements AutoCloseable {
  private static final String NETWORK = "tampered";

  private final Stage stage;
  private final TestPod pod;
  private final Call call;
  private final Map<String, String> values;

  private TamperedPod(Stage stage, TestPod pod, Call call, Map<String, String> values) {
    this.stage = stage;
    this.pod = pod;
    this.call = call;
    this.values = values;
  }

  /** Prepares node and pod, and runs ADD. */
  static TamperedPod attach(Stage stage, TamperTable table) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("NETWORK", NETWORK);
    values.put("ROOT", stage.at("").toString());
    values.put("LEASES", stage.at("var/lib/cni/networks/" + NETWORK).toString());
    ObjectNode config = table.network().deepCopy();
    config.put("cniVersion", "1.1.0").put("name", NETWORK);
    stage.define(NETWORK, config.toString());

    TestPod pod = stage.podWith(filled(table.networks(), values));
    values.put("NETNS", pod.netns().path().toString());
    values.put("BOX", pod.call().environment().get("CNI_CONTAINERID"));
    table.onNode().forEach(command -> stage.node().attempt(assigned(values) + command));
    table.inPod().forEach(command -> pod.netns().attempt(assigned(values) + command));

    Call call = table.calledAs().isEmpty() ? pod.call() : alone(stage, pod, table, config);
    Result added = call.run("ADD");
    note(values, stage.node(), pod.netns(), table.interfaceName());
    return new TamperedPod(stage, pod, call.after(added), values);
  }

  private static Call alone(Stage stage, TestPod pod, TamperTable table, ObjectNode config) {
    return pod.call()
        .as(stage.shimAs(table.calledAs()))
        .with("CNI_IFNAME", table.interfaceName())
        .without("CNI_ARGS")
        .config(config.toString());
  }

  private static void note(
      Map<String, String> values, Netns node, Netns pod, String interfaceName) {
    JsonNode link = pod.link(interfaceName);
    values.put("MAC", link.path("address").asText());
    for (String prefix : pod.addresses(interfaceName)) {
      String address = prefix.replaceAll("/.*", "");
      if (!address.startsWith("fe80:")) {
        values.putIfAbsent(address.contains(":") ? "IP6" : "IP4", address);
      }
    }
    for (JsonNode other : node.ip("link")) {
      if (other.path("ifindex").equals(link.path("link_index"))) {
        values.put("HOSTEND", other.path("ifname").asText());
      }
    }
  }

  Result check() {
    return call.attempt("CHECK");
  }

  Netns netns() {
    return pod.netns();
  }

  /** Assignments for a shell, to be put before a command. */
  String variables() {
    return assigned(values);
  }

  private static String assigned(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> text.append("%s='%s'; ".formatted(name, value)));
    return text.toString();
  }

  /** The words with the values of the variables. */
  String filled(String words) {
    return filled(words, values);
  }

  private static String filled(String words, Map<String, String> values) {
    String text = words;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("$" + value.getKey(), value.getValue());
    }
    return text;
  }

  /** DEL succeeds, whatever was changed, and no lease of the container is left. */
  @Override
  public void close() {
    call.run("DEL");
    assertEquals(
        List.of(), stage.leases(NETWORK).stream().filter(this::isOwn).toList(), "leases are left");
    stage.undefine(NETWORK);
    stage.forget(pod);
    pod.close();
  }

  private boolean isOwn(String lease) {
    Path file = stage.at("var/lib/cni/networks").resolve(NETWORK).resolve(lease);
    try {
      return Files.readString(file).startsWith(values.get("BOX"));
    } catch (IOException e) {
      throw new UncheckedIOException("read lease " + file, e);
    }
  }
}
