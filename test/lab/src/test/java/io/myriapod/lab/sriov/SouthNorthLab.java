package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import io.myriapod.lab.node.Testpmd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/south-north} as it stands: one pod with a kernel VF and a VF for DPDK. */
@InNamespaces(
    kinds = {"bridge"},
    programs = {"nft"})
@ExtendWith(LabNode.class)
class SouthNorthLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final PodName POD =
      new PodName("shop", "upf-0", "5d1c7a5e-0000-4000-8000-000000000018");

  private final Example example = Example.of("south-north");

  @TempDir private Path root;

  @Test
  void pod_addedAndDeleted_hasBothFunctionsAndLeavesNothing(Netns pod) throws IOException {
    Nic.FIRST.reset();
    example.copy("config.yaml", root, "myriapod/config.yaml");
    example.copy("cluster.yaml", root, "myriapod/cluster/cluster.yaml");
    String config = example.networkConfiguration();
    Sandbox sandbox = Sandbox.here(root, config, pod, POD);
    try (AgentProcess agent = AgentProcess.startHere(root, List.of())) {
      PciFunction north = awaitFunctions();
      NodeState before = NodeState.of(pod);

      Sandbox attached = sandbox.after(sandbox.run("ADD"));

      example.look(pod);
      assertStatus();
      try (Testpmd testpmd = Testpmd.start(List.of(north))) {
        assertFalse(testpmd.log().isEmpty());
      }
      // the first one runs nft from cold, which may take longer than the shim waits in the lab
      Waiting.until(SOON, "a CHECK that passes", () -> attached.attempt("CHECK").ok());
      attached.run("DEL");

      NodeState.of(pod).assertSameAs(before);
      assertFalse(agent.hasEnded());
    } finally {
      Command.of("ip", "link", "delete", "cni0").attempt();
      Command.of("nft", "flush", "ruleset").attempt();
    }
    JsonNode card =
        Command.of("ip", "-d", "-j", "link", "show", Nic.FIRST.link()).run().json().get(0);
    assertFalse(card.toString().contains("\"vlan\":"), card.toString());
  }

  /** The agent makes them by its configuration. */
  private static PciFunction awaitFunctions() {
    Waiting.until(
        SOON,
        "two functions, the second one for programs",
        () ->
            Nic.FIRST.vfs().size() == 2
                && Nic.FIRST.vfs().get(1).driver().equals(Optional.of("vfio-pci")));
    Nic.FIRST.vfs().get(0).awaitLink();
    return Nic.FIRST.vfs().get(1);
  }

  private void assertStatus() {
    NetworkStatus status = NetworkStatus.of(root, "shop_upf-0");
    String text = status.toString();
    assertEquals(List.of("", "0000:01:10.0", "0000:01:10.2"), status.devices(), text);
    assertTrue(text.contains("south0") && text.contains("10.80.0.10"), text);
    assertTrue(text.contains("10.81.0.10"), text);
    JsonNode north = status.networks().get(2).path("device-info");
    assertEquals("0000:01:00.0", north.at("/pci/pf-pci-address").asText(), text);
  }
}
