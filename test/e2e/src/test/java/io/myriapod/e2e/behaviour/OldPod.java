package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * A pod that Multus has attached: by the reference plugins, with the files that Multus and libcni
 * write. multus-cni, pkg/types, {@code DelegateNetConf}; containernetworking/cni, libcni/api.go,
 * {@code cachedInfo}.
 */
final class OldPod {
  private final Stage stage;
  private final TestPod pod;
  private Optional<Result> first = Optional.empty();
  private final ArrayNode delegates = Stage.object("{}").putArray("delegates");

  OldPod(Stage stage) {
    this.stage = stage;
    this.pod = stage.pod();
  }

  TestPod pod() {
    return pod;
  }

  /** What the ADD of its first network answered. */
  Result first() {
    return first.orElseThrow();
  }

  String container() {
    return "box-" + pod.name();
  }

  /** Multus's own file of it. */
  Path file() {
    return stage.at("var/lib/cni/multus").resolve(container());
  }

  Path result(String network, String link) {
    return stage
        .at("var/lib/cni/multus/results")
        .resolve("%s-%s-%s".formatted(network, container(), link));
  }

  /** Attaches a network of one plugin as Multus does, and writes what libcni writes. */
  OldPod attach(String name, String link, ObjectNode config) {
    return attach(name, link, config, config.toString());
  }

  /**
   * The same, with what Multus keeps of the configuration.
   *
   * @param name as Multus shows it
   */
  OldPod attach(String name, String link, ObjectNode config, String kept) {
    Result added =
        pod.call()
            .as(stage.bin().resolve(config.path("type").asText()))
            .with("CNI_IFNAME", link)
            .config(config.toString())
            .run("ADD");
    first = first.or(() -> Optional.of(added));
    ObjectNode cached = Stage.object("{\"kind\": \"cniCacheV1\"}").put("containerId", container());
    cached.put("config", base64(config.toString())).put("ifName", link);
    cached.put("networkName", config.path("name").asText());
    cached.put("netns", pod.netns().path().toString());
    putArguments(cached);
    cached.set("result", added.json());
    write(result(config.path("name").asText(), link), cached.toString());
    delegates
        .addObject()
        .put("Name", name)
        .put("IsFilterV4Gateway", false)
        .put("Bytes", base64(kept));
    return this;
  }

  /** Writes Multus's file, and what the runtime's libcni keeps of its call of Multus. */
  OldPod written() {
    write(file(), delegates.toString());
    ObjectNode cached = Stage.object("{\"kind\": \"cniCacheV1\"}").put("containerId", container());
    cached.put(
        "config",
        base64(
            """
            {"cniVersion": "0.3.1", "name": "multus-cni-network", "plugins": [
              {"type": "multus-shim"}]}
            """));
    cached.put("ifName", "eth0").put("networkName", "multus-cni-network");
    putArguments(cached);
    cached.put("netns", pod.netns().path().toString());
    cached.putObject("result").put("cniVersion", "0.3.1");
    write(
        stage.at("var/lib/cni/results").resolve("multus-cni-network-" + container() + "-eth0"),
        cached.toString());
    return this;
  }

  private void putArguments(ObjectNode cached) {
    ArrayNode args = cached.putArray("cniArgs");
    args.addArray().add("IgnoreUnknown").add("true");
    args.addArray().add("K8S_POD_NAMESPACE").add(Stage.NAMESPACE);
    args.addArray().add("K8S_POD_NAME").add(pod.name());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }
}
