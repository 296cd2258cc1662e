package io.myriapod.e2e.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.runtime.RuntimePrograms;
import io.myriapod.fixtures.runtime.SandboxState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** containerd makes a sandbox and removes it again. */
@InNamespaces(kinds = {"bridge", "macvlan"})
class SandboxIT {
  private static final Duration FREED = Duration.ofSeconds(30);

  private static RuntimeNode node;

  @BeforeAll
  static void open() {
    RuntimePrograms.missing().ifPresent(reason -> assumeTrue(false, reason));
    node = RuntimeNode.of(1);
  }

  @AfterAll
  static void close() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void sandbox_upAndRemoved_hasItsNetworksAndLeavesNothing(Netns observer) {
    String id = node.sandboxes().run(RuntimeNode.pod(0));

    SandboxState state = node.sandboxes().state(id);
    Netns pod = state.netns();
    assertTrue(state.ready());
    assertEquals("10.1.0.10", state.ip());
    assertEquals(List.of("10.1.0.10/24"), globals(pod, "eth0"));
    assertEquals(List.of("10.2.0.10/24"), globals(pod, "net1"));
    assertEquals(List.of("10.3.0.10/24"), globals(pod, "net2"));
    assertEquals(Optional.empty(), node.sandboxes().networkComplaint());
    // the kernel ends this pair when it ends the sandbox's namespace, and neither earlier nor else
    pod.run("ip link add tied type veth peer name witness netns " + observer.name());

    node.sandboxes().end(id);

    Waiting.until(FREED, "the end of the namespace", () -> !observer.hasLink("witness"));
    assertEquals(List.of(), node.sandboxes().ids());
    node.assertNothingLeft();
    assertTrue(node.containerd().calls().of("STATUS") > 0, "containerd has asked for STATUS");
    assertEquals(1, node.containerd().calls().of("ADD", id));
    assertTrue(node.containerd().calls().of("DEL", id) > 0, "containerd has called DEL");
  }

  private static List<String> globals(Netns pod, String link) {
    return pod.addresses(link).stream().filter(address -> !address.startsWith("fe80:")).toList();
  }
}
