package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.myriapod.fixtures.InNamespaces;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Items of the specification of the Network Plumbing Working Group, version 1.3, that the kernel
 * has a part in. All of them are tested by name in the module multus-meta.
 */
@InNamespaces(kinds = {"bridge", "macvlan"})
class NpwgIT {
  private static final String FAR = "10.21.0.1";

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    stage.defineMacvlan("one", "10.21.0.0/24");
    stage.node().run("ip address add " + FAR + "/24 dev wire0");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void item12_interfaceInUse_failsTheAttachment() {
    TestPod pod = stage.podWith("one@taken0");
    pod.netns().run("ip link add taken0 type bridge");

    assertRefused(pod.call().attempt("ADD"), 103, "taken0");

    assertEquals("[\"lo\",\"taken0\"]", links(pod));
  }

  private static String links(TestPod pod) {
    List<String> names = new ArrayList<>();
    pod.netns().ip("link show").forEach(link -> names.add(link.path("ifname").toString()));
    return names.toString().replace(" ", "");
  }

  @Test
  void item18_defaultRouteElsewhere_isClearedFromTheDefaultNetwork() {
    TestPod pod = stage.podWith("[{\"name\":\"one\",\"default-route\":[\"" + FAR + "\"]}]");

    pod.add();

    List<String> routes = new ArrayList<>();
    pod.netns()
        .ip("route show table all default")
        .forEach(it -> routes.add(it.path("dev").asText() + " " + it.path("gateway").asText()));
    assertEquals(List.of("net1 " + FAR), routes);
    assertFalse(pod.status().path(0).has("default-route"), pod.status()::toString);
    assertEquals("[\"" + FAR + "\"]", pod.status().path(1).path("default-route").toString());
    pod.delete();
  }

  @Test
  void item21_sameNetworkTwice_isTwoAttachmentsAndBothGo() {
    TestPod pod = stage.podWith("one,one");

    pod.add();

    assertEquals("[\"lo\",\"eth0\",\"net1\",\"net2\"]", links(pod));
    assertNotEquals(pod.ipOf("net1"), pod.ipOf("net2"));
    assertEquals(3, pod.status().size());
    pod.delete();
    assertEquals("[\"lo\"]", links(pod));
    assertEquals(List.of(), stage.leases("one"));
  }
}
