package io.myriapod.lab.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A macvlan on a virtual function, whose card may drop other MACs. Each test has a fresh function:
 * igb forgets no MAC that a macvlan had.
 */
@InNamespaces
@ExtendWith(LabNode.class)
class MacvlanOnFunctionLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PEER = "10.70.0.1";

  @TempDir private static Path root;
  private static AgentProcess agent;

  /** The peer is the other NIC, at the same switch. */
  @BeforeAll
  static void open() {
    Nic.SECOND.up();
    Command.of("ip", "address", "add", PEER + "/24", "dev", Nic.SECOND.link()).run();
    agent = AgentProcess.startHere(root, List.of());
  }

  @AfterAll
  static void close() {
    agent.close();
  }

  private static String freshFunction() {
    return up(Nic.FIRST.createVfs(1).get(0));
  }

  /** The card gives it a MAC, which its driver sees when it is bound. */
  private static String freshFunctionWithMac() {
    PciFunction function = Nic.FIRST.createVfs(1).get(0);
    function.awaitLink();
    setOnCard("mac 02:00:5e:70:00:01");
    function.bind("igbvf");
    return up(function);
  }

  private static String up(PciFunction function) {
    String link = function.awaitLink();
    Command.of("ip", "link", "set", link, "up").run();
    return link;
  }

  private static void setOnCard(String settings) {
    String command = "ip link set %s vf 0 %s".formatted(Nic.FIRST.link(), settings);
    Command.of(command.split(" ")).run();
  }

  private static NodePlugin macvlan(Netns pod, String parent, String mode) {
    return NodePlugin.of(
        root,
        pod,
        """
        {"cniVersion": "1.0.0", "name": "fast", "type": "macvlan", "master": "%s", "mode": "%s",
         "ipam": {"type": "static", "addresses": [{"address": "10.70.0.2/24"}]}}
        """
            .formatted(parent, mode));
  }

  private static boolean reaches(Netns pod) {
    return pod.attempt("ping", "-c", "1", "-W", "2", PEER).ok();
  }

  private static void livesAndReaches(Netns pod, String parent, String mode) {
    NodeState before = NodeState.of(pod);
    NodePlugin plugin = macvlan(pod, parent, mode);

    NodePlugin attached = plugin.after(plugin.run("ADD"));
    Waiting.until(SOON, "a reply of the peer", () -> reaches(pod));
    attached.run("CHECK");
    attached.run("DEL");

    NodeState.of(pod).assertSameAs(before);
  }

  /** What the refusal is for. */
  @Test
  void kernel_untrustedFunctionWithMac_makesTheLinkAndReachesNobody(Netns pod) {
    String parent = freshFunctionWithMac();
    Command.of("ip", "link", "add", "mv0", "link", parent, "type", "macvlan").run();
    Command.of("ip", "link", "set", "mv0", "netns", pod.name()).run();
    pod.run("ip address add 10.70.0.2/24 dev mv0");
    pod.run("ip link set mv0 up");

    assertFalse(reaches(pod));
  }

  @Test
  void add_untrustedFunctionWithMac_isRefusedWithTheCommandThatHelps(Netns pod) {
    String parent = freshFunctionWithMac();
    NodeState before = NodeState.of(pod);

    Result refused = macvlan(pod, parent, "bridge").attempt("ADD");

    JsonNode error = refused.json();
    assertEquals(108, error.path("code").asInt(), refused.out());
    String command = "`ip link set %s vf 0 trust on`".formatted(Nic.FIRST.link());
    assertTrue(error.path("details").asText().contains(command), refused.out());
    NodeState.of(pod).assertSameAs(before);

    setOnCard("trust on");
    livesAndReaches(pod, parent, "bridge");
  }

  @Test
  void life_functionWithoutMacOfTheCard_reachesThePeerAndLeavesNothing(Netns pod) {
    livesAndReaches(pod, freshFunction(), "bridge");
  }

  @Test
  void life_trustedAndUnchecked_reachesThePeerAndLeavesNothing(Netns pod) {
    String parent = freshFunctionWithMac();
    setOnCard("trust on spoofchk off");
    livesAndReaches(pod, parent, "bridge");
  }

  /** It has the function's own MAC. */
  @Test
  void life_passthruOfUntrustedFunction_reachesThePeerAndLeavesNothing(Netns pod) {
    livesAndReaches(pod, freshFunctionWithMac(), "passthru");
  }
}
