package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pod of the directory cluster and its sandbox's namespace. */
final class TestPod implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Stage stage;
  private final String name;
  private final Netns netns;

  TestPod(Stage stage, String name) {
    this.stage = stage;
    this.name = name;
    this.netns = Netns.create(name);
  }

  String name() {
    return name;
  }

  Netns netns() {
    return netns;
  }

  /** How the runtime calls the shim for it. */
  Call call() {
    return stage.call(name, netns.path());
  }

  Result add() {
    stage.changed();
    return call().run("ADD");
  }

  void delete() {
    stage.changed();
    call().run("DEL");
  }

  /** Its network-status, as published. */
  JsonNode status() {
    try {
      return JSON.readTree(Files.readString(statusFile()));
    } catch (JsonProcessingException e) {
      throw new AssertionError("read " + statusFile(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + statusFile(), e);
    }
  }

  boolean hasStatus() {
    return Files.exists(statusFile());
  }

  private Path statusFile() {
    return stage.at("var/lib/myriapod/status/%s_%s.json".formatted(Stage.NAMESPACE, name));
  }

  /** The one IPv4 address of an interface, without prefix length. */
  String ipOf(String link) {
    return netns.addresses(link).stream()
        .filter(address -> address.contains("."))
        .map(address -> address.replaceAll("/.*", ""))
        .findFirst()
        .orElseThrow(() -> new AssertionError("%s of %s: no address".formatted(link, name)));
  }

  String macOf(String link) {
    return netns.link(link).path("address").asText();
  }

  boolean reaches(String address) {
    return netns.attempt("ping", "-c", "1", "-W", "5", address).ok();
  }

  /** Links, addresses and routes inside, as text. */
  String picture() {
    return netns
        .run("ip -d link; ip address; ip route show table all; ip -6 route show table all")
        .out();
  }

  @Override
  public void close() {
    netns.close();
  }
}
