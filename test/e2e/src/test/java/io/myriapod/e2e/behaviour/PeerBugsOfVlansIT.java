package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.ReferencePlugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases B2, B5 and B6 of {@link PeerBugsIT}, which are ipvlan's and vlan's: we do not make
 * these mistakes, and the reference plugins 1.9.1, called in the same way, do.
 */
@InNamespaces(kinds = {"ipvlan", "vlan"})
class PeerBugsOfVlansIT {
  private static Stage stage;
  private static RecorderPlugin ipam;

  @TempDir Path leases;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    ipam = RecorderPlugin.install(stage.bin(), "ipam");
    ipam.answer("ADD", Answer.failsWith(11, "not now", ""));
  }

  @AfterAll
  static void close() {
    if (stage != null) {
      stage.close();
    }
  }

  private static ObjectNode config(String type, String ipam) {
    return Stage.macvlan("peer", "parent0", ipam)
        .put("cniVersion", "1.1.0")
        .put("type", type)
        .put("vlanId", 5);
  }

  private String pool() {
    return "{\"type\":\"host-local\",\"dataDir\":\"%s\",\"subnet\":\"10.41.0.0/24\"}"
        .formatted(leases);
  }

  private static Call ours(Netns pod, ObjectNode config) {
    return Solo.of(stage, pod, "ours", config).call();
  }

  private static Call theirs(Netns pod, ObjectNode config) {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    Path folder = ReferencePlugins.NEW.folder();
    return new Call(
        stage.node(),
        folder.resolve(config.path("type").asText()),
        Map.of(
            "CNI_CONTAINERID",
            "theirs",
            "CNI_NETNS",
            pod.path().toString(),
            "CNI_IFNAME",
            "net1",
            "CNI_PATH",
            stage.bin() + ":" + folder,
            "PATH",
            System.getenv("PATH")),
        config.toString());
  }

  private List<String> leased() throws IOException {
    Path folder = leases.resolve("peer");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("10."))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipvlan", "vlan"})
  void b2_ipamFails_weLeaveNoLinkAndTheyDo(String type, Netns pod, Netns other) {
    ObjectNode config = config(type, "{\"type\":\"ipam\"}");

    Refusal.assertRefused(ours(pod, config).attempt("ADD"), 11, "not now");
    assertFalse(pod.hasLink("net1"));

    assertFalse(theirs(other, config).attempt("ADD").ok());
    assertTrue(other.hasLink("net1"));
  }

  @Test
  void b5_vlanWhoseParentIsGone_weDeleteAndTheyDoNot(Netns pod, Netns other) throws IOException {
    ObjectNode config = config("vlan", pool()).put("master", "lost0");
    stage.node().run("ip link add lost0 type veth peer name lost1; ip link set lost0 up");
    ours(pod, config).run("ADD");
    stage.node().run("ip link del lost0");
    ours(pod, config).run("DEL");
    ours(pod, config).run("DEL");
    assertEquals(List.of(), leased());

    stage.node().run("ip link add lost0 type veth peer name lost1; ip link set lost0 up");
    Call theirs = theirs(other, config);
    theirs.run("ADD");
    stage.node().run("ip link del lost0");
    assertFalse(theirs.attempt("DEL").ok());
    assertEquals(1, leased().size());
  }

  @Test
  void b6_ipvlanWithoutDefaultRouteByNow_weDeleteAndTheyDoNot(Netns pod, Netns other)
      throws IOException {
    ObjectNode config = config("ipvlan", pool());
    config.remove("master");
    stage.node().run("ip link add way0 type veth peer name way1; ip link set way0 up");
    stage.node().run("ip addr add 10.99.0.2/24 dev way0");
    withDefaultRoute(() -> ours(pod, config).run("ADD"));
    ours(pod, config).run("DEL");
    assertEquals(List.of(), leased());
    assertFalse(pod.hasLink("net1"));

    Call theirs = theirs(other, config);
    withDefaultRoute(() -> theirs.run("ADD"));
    assertFalse(theirs.attempt("DEL").ok());
    assertEquals(1, leased().size());
  }

  private static void withDefaultRoute(Runnable call) {
    stage.node().run("ip route add default via 10.99.0.1 metric 1");
    call.run();
    stage.node().run("ip route del default via 10.99.0.1 metric 1");
  }
}
