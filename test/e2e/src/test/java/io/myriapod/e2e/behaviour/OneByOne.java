package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A runtime that calls the plugins of a list one by one for one interface of a container, without
 * our meta-plugin. CNI SPEC 1.1.0, "Lifecycle & Ordering".
 */
record OneByOne(Stage stage, Netns netns, String container, ObjectNode list, String interfaceName) {

  OneByOne(Stage stage, Netns netns, String container, ObjectNode list) {
    this(stage, netns, container, list, "net1");
  }

  private List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (var plugin : list.path("plugins")) {
      ObjectNode config = plugin.deepCopy();
      config.set("cniVersion", list.path("cniVersion"));
      config.set("name", list.path("name"));
      calls.add(
          Solo.of(stage, netns, container, config)
              .call()
              .as(program(plugin.path("type").asText(), plugin.path("builtin").asBoolean()))
              .with("CNI_IFNAME", interfaceName)
              .with("PATH", System.getenv("PATH")));
    }
    return calls;
  }

  /** What is installed under that name, else our shim; our shim too if that is asked for. */
  private Path program(String type, boolean ours) {
    Path installed = stage.bin().resolve(type);
    return !ours && Files.exists(installed) ? installed : stage.shimAs(type);
  }

  /** ADD of each with the result of the one before; the last one's result. */
  Result add() {
    List<Call> calls = calls();
    Result result = calls.get(0).run("ADD");
    for (Call call : calls.subList(1, calls.size())) {
      result = call.after(result).run("ADD");
    }
    return result;
  }

  /** One plugin of the list, by its place. */
  Call plugin(int place) {
    return calls().get(place);
  }

  /** CHECK of each with the final result. */
  void check(Result added) {
    calls().forEach(call -> call.after(added).run("CHECK"));
  }

  /** DEL of each, backwards, with the final result. */
  void delete(Result added) {
    List<Call> calls = calls();
    for (int i = calls.size() - 1; i >= 0; i--) {
      calls.get(i).after(added).run("DEL");
    }
  }

  /** GC of each; these containers' {@code net1} are valid. */
  void collect(List<String> containers) {
    ArrayNode valid = list.arrayNode();
    containers.forEach(one -> valid.addObject().put("containerID", one).put("ifname", "net1"));
    collect(valid).forEach(Result::orThrow);
  }

  /** GC of each with this in place of the list of valid attachments, whatever comes of it. */
  List<Result> collect(JsonNode valid) {
    return calls().stream()
        .map(
            call -> {
              ObjectNode config = Stage.object(call.config());
              config.set("cni.dev/valid-attachments", valid);
              return call.config(config.toString()).attempt("GC");
            })
        .toList();
  }
}
