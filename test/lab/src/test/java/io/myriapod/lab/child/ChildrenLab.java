package io.myriapod.lab.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.journal.Journal;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ipvlans and VLANs on a card's own link. At the other end of the cable is the other card, in a
 * namespace of its own, which sees what really went over the wire.
 */
@InNamespaces
@ExtendWith(LabNode.class)
class ChildrenLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FAR = "10.90.0.2";
  private static final String ADDRESS =
      "\"ipam\": {\"type\": \"static\", \"addresses\": [{\"address\": \"10.95.0.1/24\"}]}";

  @TempDir private static Path root;
  private static AgentProcess agent;
  private static Netns far;
  private static String parent;
  private static String cable;
  private String before;

  /** What the far end sends to addresses of ipvlans in layer 3 goes by the parent's own. */
  @BeforeAll
  static void open() {
    Nic.FIRST.up();
    parent = Nic.FIRST.link();
    cable = Nic.SECOND.link();
    node("ip address add 10.90.0.1/24 dev " + parent);
    far = Netns.create("far");
    node("ip link set %s netns %s".formatted(cable, far.name()));
    far.run("ip link set %1$s up && ip address add %2$s/24 dev %1$s".formatted(cable, FAR));
    far.run("ip route add 10.90.1.0/24 via 10.90.0.1");
    agent = AgentProcess.startHere(root, List.of());
  }

  @AfterAll
  static void close() {
    if (agent != null) {
      agent.close();
    }
    if (far != null) {
      far.run("ip link set %s netns 1".formatted(cable));
      far.close();
    }
  }

  @BeforeEach
  void look() {
    before = picture();
  }

  @AfterEach
  void nothingIsLeft() {
    far.attempt("ip link delete outer");
    Command.of("ip", "link", "delete", "outer").attempt();
    assertEquals(before, picture());
    assertEquals(List.of(), Journal.read(root.resolve("var/lib/myriapod/journal")));
  }

  private static String node(String command) {
    return Command.of(command.split(" ")).run().out();
  }

  private static String picture() {
    return node("ip -d link show")
        + node("ip address show")
        + node("ip route show table all")
        + node("ip -6 route show table all");
  }

  private static boolean reaches(Netns pod, String address) {
    return pod.attempt("ping", "-c", "1", "-W", "1", address).ok();
  }

  private static void assertReaches(Netns pod, String address) {
    Waiting.until(SOON, "a reply of " + address, () -> reaches(pod, address));
  }

  private static String details(Netns pod, String link) {
    return pod.run("ip", "-d", "link", "show", "dev", link).out().replaceAll("\\s+", " ");
  }

  private static void assertDetails(Netns pod, String link, String want) {
    String found = details(pod, link);
    assertTrue(found.contains(want), found);
  }

  private static NodePlugin ipvlan(Netns pod, String mode, String flag, String address) {
    return NodePlugin.of(
        root,
        pod,
        """
        {"cniVersion": "1.0.0", "name": "fast", "type": "ipvlan", "master": "%s", "mode": "%s",
         "flag": "%s", "ipam": {"type": "static", "addresses": [{"address": "%s/16"}]}}
        """
            .formatted(parent, mode, flag, address));
  }

  /** Siblings reach each other in bridge mode alone; the far end is reached in all. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "l2,bridge", "l2,private", "l2,vepa",
    "l3,bridge", "l3,private", "l3,vepa",
    "l3s,bridge", "l3s,private", "l3s,vepa"
  })
  void ipvlan_eachModeAndFlag_reachesWhomItShould(
      String mode, String flag, Netns pod, Netns other) {
    NodePlugin first = ipvlan(pod, mode, flag, "10.90.1.5");
    NodePlugin second = ipvlan(other, mode, flag, "10.90.1.6");
    first = first.after(first.run("ADD"));
    second = second.after(second.run("ADD"));

    assertDetails(pod, "net1", "ipvlan mode %s %s".formatted(mode, flag));
    assertReaches(pod, FAR);
    assertReaches(other, FAR);
    if (flag.equals("bridge")) {
      assertReaches(pod, "10.90.1.6");
    } else {
      assertFalse(reaches(pod, "10.90.1.6"));
    }

    for (NodePlugin attached : List.of(first, second)) {
      attached.run("CHECK");
      attached.run("DEL");
      assertFalse(attached.pod().hasLink("net1"));
    }
  }

  private static NodePlugin vlan(Netns pod, String link, String keys) {
    return NodePlugin.of(
        root,
        pod,
        link,
        """
        {"cniVersion": "1.0.0", "name": "tagged", "type": "vlan", %s}
        """
            .formatted(keys));
  }

  /** Tags of the frames as they go over the cable, and {@code 10.95.0.2} inside of them. */
  private static void farTags(String outer, String inner) {
    far.run("ip link add link %s name outer type vlan %s".formatted(cable, outer));
    far.run("ip link set outer up");
    String last = "outer";
    if (!inner.isEmpty()) {
      far.run("ip link add link outer name inner type vlan " + inner);
      far.run("ip link set inner up");
      last = "inner";
    }
    far.run("ip address add 10.95.0.2/24 dev " + last);
  }

  private static void nodeTag(String outer) {
    node("ip link add link %s name outer type vlan %s".formatted(parent, outer));
    node("ip link set outer up");
  }

  private static void assertLives(NodePlugin plugin, String details) {
    NodePlugin attached = plugin.after(plugin.run("ADD"));
    assertDetails(plugin.pod(), plugin.interfaceName(), details);
    assertReaches(plugin.pod(), "10.95.0.2");
    attached.run("CHECK");
    attached.run("DEL");
    assertFalse(plugin.pod().hasLink(plugin.interfaceName()));
  }

  @Test
  void vlan_onTheCard_isTagged(Netns pod) {
    farTags("id 5", "");

    String keys = "\"master\": \"%s\", \"vlanId\": 5, %s".formatted(parent, ADDRESS);
    assertLives(vlan(pod, "net1", keys), "vlan protocol 802.1Q id 5 ");
  }

  @Test
  void vlan_onAServiceTagOfTheNode_isTaggedTwice(Netns pod) {
    farTags("proto 802.1ad id 100", "id 7");
    nodeTag("proto 802.1ad id 100");

    String keys = "\"master\": \"outer\", \"vlanId\": 7, " + ADDRESS;
    assertLives(vlan(pod, "net1", keys), "vlan protocol 802.1Q id 7 ");
  }

  @Test
  void vlan_serviceTagInsideATagOfTheNode_isTaggedTwice(Netns pod) {
    farTags("id 8", "proto 802.1ad id 9");
    nodeTag("id 8");

    String keys = "\"master\": \"outer\", \"vlanId\": 9, \"vlanProto\": \"802.1ad\", " + ADDRESS;
    assertLives(vlan(pod, "net1", keys), "vlan protocol 802.1ad id 9 ");
  }

  @Test
  void vlan_serviceTagInThePodAndATagOnIt_isTaggedTwice(Netns pod) {
    farTags("proto 802.1ad id 100", "id 7");
    NodePlugin outer =
        vlan(
            pod,
            "net1",
            "\"master\": \"%s\", \"vlanId\": 100, \"vlanProto\": \"802.1ad\"".formatted(parent));
    outer = outer.after(outer.run("ADD"));
    assertDetails(pod, "net1", "vlan protocol 802.1ad id 100 ");

    String keys = "\"master\": \"net1\", \"linkInContainer\": true, \"vlanId\": 7, " + ADDRESS;
    assertLives(vlan(pod, "net2", keys), "vlan protocol 802.1Q id 7 ");

    outer.run("CHECK");
    outer.run("DEL");
    assertFalse(pod.hasLink("net1"));
  }
}
