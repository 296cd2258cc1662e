package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.Product;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever befalls a pod and its function: the function comes home, as it was. */
@InNamespaces
@ExtendWith({LabNode.class, SharedAgent.class})
class LostFunctionLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String KEYS = "\"vlan\": 100, \"mtu\": 1400, \"trust\": \"on\",";

  private static Path root;

  @BeforeAll
  static void open() {
    root = SharedAgent.root();
    Nic.FIRST.createVfs(2).forEach(PciFunction::awaitLink);
  }

  private static PciFunction function(int index) {
    return Nic.FIRST.vfs().get(index);
  }

  private static NodePlugin plugin(Netns pod, PciFunction function) {
    return FunctionNetwork.of(root, pod, function, KEYS, "10.80.0.1");
  }

  private static NodePlugin attached(Netns pod, PciFunction function) {
    NodePlugin plugin = plugin(pod, function);
    return plugin.after(plugin.run("ADD"));
  }

  @Test
  void add_podBeforeDiedWithoutDel_cleansUpAndAttaches(Netns dead, Netns pod) {
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin former = attached(dead, function(0));
    dead.close();

    NodePlugin next = attached(pod, function(0));
    former.run("DEL");

    assertEquals(1400, pod.link("net1").path("mtu").asInt());
    next.run("CHECK");
    next.run("DEL");
    NodeLinks.assertAgain(before);
  }

  @Test
  void add_delOfThePodBeforeIsLate_waitsForIt(Netns late, Netns pod) {
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin former = attached(late, function(0));
    NodePlugin next = plugin(pod, function(0));

    CompletableFuture<Result> added = CompletableFuture.supplyAsync(() -> next.attempt("ADD"));
    String wait = "%s/net1 waits for %s".formatted(pod.name(), function(0));
    Waiting.until(SOON, "the ADD that waits", () -> SharedAgent.agent().log().contains(wait));
    assertFalse(added.isDone(), "a function that a living pod has was given away");
    assertTrue(late.hasLink("net1"), "a living pod was robbed");
    former.run("DEL");

    next.after(added.join().orThrow()).run("DEL");
    NodeLinks.assertAgain(before);
  }

  @Test
  void delete_interfaceInAnUnknownNamespace_isMadeAnewOnTheNode(Netns pod, Netns hidden) {
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin south = attached(pod, function(1));
    Command.of("ip", "-n", pod.name(), "link", "set", "net1", "netns", hidden.name()).run();

    south.run("DEL");

    assertFalse(hidden.hasLink("net1"));
    NodeLinks.assertAgain(before);
  }

  @Test
  void delete_cardRenamedMeanwhile_putsAllBack(Netns pod) {
    String name = Nic.FIRST.link();
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin south = attached(pod, function(0));
    rename(name, "uplink9");
    try {
      south.run("CHECK");
      south.run("DEL");
    } finally {
      rename("uplink9", name);
    }
    NodeLinks.assertAgain(before);
  }

  private static void rename(String from, String to) {
    Command.of("ip", "link", "set", from, "down").run();
    Command.of("ip", "link", "set", from, "name", to).run();
    Command.of("ip", "link", "set", to, "up").run();
  }

  @Test
  void delete_cardIsOutOfReach_isInQuarantineUntilItIsBack(Netns pod, Netns next, Netns away) {
    String card = Nic.FIRST.link();
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin south = attached(pod, function(0));
    Command.of("ip", "link", "set", card, "netns", away.name()).run();
    try {
      assertReason(south.attempt("DEL"));
      String listed = functionsListed();
      assertTrue(listed.contains("quarantine"), listed);
      assertReason(FunctionNetwork.of(root, next, function(0), "", "10.80.0.2").attempt("ADD"));
      assertFalse(next.hasLink("net1"), "a dirty function was given away");
    } finally {
      away.run("ip link set %s netns 1".formatted(card));
      Nic.FIRST.up();
    }

    south.run("DEL");
    NodeLinks.assertAgain(before);
  }

  private static void assertReason(Result refused) {
    assertEquals(11, refused.json().path("code").asInt(), refused.out());
    String message = refused.json().path("msg").asText();
    assertTrue(message.contains("its physical function has no interface on the node"), message);
  }

  private static String functionsListed() {
    return Command.of(Product.program().toString(), "vf", "list")
        .withEnvironment(Map.of("MYRIAPOD_ROOT", root.toString(), "PATH", System.getenv("PATH")))
        .run()
        .out();
  }

  @Test
  void delete_functionsMadeAnewUnderThePod_leavesThemClean(Netns pod, Netns next) {
    NodePlugin south = attached(pod, function(0));
    Nic.FIRST.createVfs(2).forEach(PciFunction::awaitLink);
    Map<String, JsonNode> before = NodeLinks.all();
    assertFalse(pod.hasLink("net1"));

    south.run("DEL");

    JsonNode card = NodeLinks.all().get(Nic.FIRST.link()).path("vfinfo_list").get(0);
    assertFalse(card.path("trust").asBoolean(), card.toString());
    assertEquals(0, card.at("/vlan_list/0/vlan").asInt(), card.toString());
    NodePlugin again = attached(next, function(0));
    again.run("DEL");
    assertEquals(before.keySet(), NodeLinks.all().keySet());
  }
}
