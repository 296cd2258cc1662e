package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node of Multus becomes ours, and its own again. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class InstallAsMultusIT {
  private static final String PRIMARY =
      """
      {"cniVersion": "1.0.0", "name": "primary", "plugins": [
        {"type": "bridge", "bridge": "cni9",
         "ipam": {"type": "host-local", "subnet": "10.79.0.0/24"}}]}
      """;

  private static final String GENERATED =
      """
      {"cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus-shim",
       "clusterNetwork": "/host/etc/cni/net.d/10-primary.conflist", "namespaceIsolation": true}
      """;

  private static Stage stage;
  private static Path configurations;
  private static Path programs;

  @BeforeAll
  static void open() throws IOException {
    stage = Stage.open();
    stage.defineMacvlan("one", "10.23.0.0/24");
    configurations = Files.createDirectories(stage.at("etc/cni/net.d"));
    programs = Files.createDirectories(stage.at("opt/cni/bin"));
    Files.writeString(configurations.resolve("10-primary.conflist"), PRIMARY);
    Files.writeString(configurations.resolve("00-multus.conf"), GENERATED);
    Files.writeString(programs.resolve("multus-shim"), "of Multus");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static Result typed(String... words) {
    return Typed.at(stage.at("."), Map.of("MYRIAPOD_SHIM", Product.shim().toString()), words);
  }

  /** What a runtime hands to the first plugin of the network that it finds first. */
  private static String config() throws IOException {
    ObjectNode list =
        Stage.object(Files.readString(configurations.resolve("00-myriapod.conflist")));
    return ((ObjectNode) list.at("/plugins/0"))
        .put("cniVersion", list.path("cniVersion").asText())
        .put("name", list.path("name").asText())
        .toString();
  }

  /** A runtime that remembers the configuration of the ADD calls a DEL by its type. */
  @Test
  void installAsMultus_servesItsNames_uninstall_givesAllBack() throws IOException {
    typed("install", "--as", "multus", "--replace", "--wait", "30").orThrow();
    assertTrue(config().contains("\"namespaceIsolation\":true"), config());
    TestPod pod = stage.podWith("one");
    Call call = pod.call().config(config());
    call.as(programs.resolve("myriapod")).run("ADD");
    assertTrue(pod.ipOf("eth0").startsWith("10.79.0."));
    assertTrue(pod.ipOf("net1").startsWith("10.23.0."));
    call.as(programs.resolve("multus-shim")).config(GENERATED).run("DEL");
    assertEquals(1, pod.netns().ip("link show").size(), "lo");

    stage.witness().delete();
    typed("uninstall").orThrow();
    assertEquals(GENERATED, Files.readString(configurations.resolve("00-multus.conf")));
    assertEquals("of Multus", Files.readString(programs.resolve("multus-shim")));
    assertFalse(Files.exists(programs.resolve("multus")));
    assertFalse(Files.exists(programs.resolve("myriapod")));
    stage.witness().add();
  }
}
