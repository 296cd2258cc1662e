package io.myriapod.e2e.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.grpc.Reply;
import io.myriapod.fixtures.runtime.RuntimePrograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** containerd goes on while no agent is there, or the whole machine was started anew. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class AgentAwayIT {
  private static final String OTHER_BOOT = "-Dmyriapod.bootid=00000000-1111-2222-3333-444444444444";
  private static final Duration DELIVERED = Duration.ofSeconds(60);
  private static final List<String> MACVLANS = List.of("left", "right");

  /** Each of these is the only one of its pool. */
  private static final List<String> ADDRESSES = List.of("10.2.0.10", "10.3.0.10");

  private RuntimeNode node;

  @BeforeEach
  void open() {
    RuntimePrograms.missing().ifPresent(reason -> assumeTrue(false, reason));
    node = RuntimeNode.of(1);
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.close();
    }
  }

  private void takeTheAgentAway() {
    node.agent().kill();
    node.tellShim("addConnectMillis=50");
    node.tellShim("delConnectMillis=50");
  }

  private List<String> leases(String container) {
    return MACVLANS.stream().flatMap(pool -> node.leases(pool, container).stream()).toList();
  }

  @Test
  void agentAway_podsComeUpOnRetryAndAddressesWaitForTheReplay() {
    takeTheAgentAway();
    Reply refused = node.sandboxes().attempt(RuntimeNode.pod(0));
    assertTrue(
        refused.toString().contains("is the myriapod agent of this node running?"),
        refused::toString);
    assertEquals(1, node.containerd().calls().of("ADD"));

    node.start();
    String first = node.sandboxes().run(RuntimeNode.pod(0).after(1));
    assertEquals(ADDRESSES, leases(first));
    takeTheAgentAway();
    node.sandboxes().end(first);
    assertTrue(node.containerd().calls().of("DEL", first) > 0, "containerd has called DEL");
    assertTrue(!node.spooled().isEmpty(), "the DEL is recorded");
    assertEquals(ADDRESSES, leases(first));

    node.start();
    String second = node.sandboxes().run(RuntimeNode.pod(0).after(2));
    assertEquals(ADDRESSES, leases(second));
    node.sandboxes().end(second);
    node.assertNothingLeft();
  }

  @Test
  void machineStartedAnew_noLeaseIsLeftAndThePodComesBack() {
    List<String> former = new ArrayList<>(List.of(node.sandboxes().run(RuntimeNode.pod(0))));
    assertEquals(ADDRESSES, leases(former.get(0)));

    node.powerOff();
    node.powerOn();
    node.start(OTHER_BOOT);
    node.containerd().boot(node.netns());

    Waiting.until(DELIVERED, "the end of all leases", () -> leases(former.get(0)).isEmpty());
    assertEquals(former, node.sandboxes().ids());
    String next = node.sandboxes().run(RuntimeNode.pod(0).after(1));
    node.sandboxes().end(former.get(0));
    assertEquals(ADDRESSES, leases(next));
    node.sandboxes().end(next);
    assertEquals(List.of(), node.sandboxes().ids());
    node.assertNothingLeft();
  }
}
