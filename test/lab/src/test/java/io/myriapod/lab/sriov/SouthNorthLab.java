package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.Product;
import io.myriapod.fixtures.node.Sandbox;
import io.myriapod.fixtures.node.Sandbox.PodName;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import io.myriapod.lab.node.Testpmd;
import java.io.IOException;
import java.nio.file.Files;
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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PodName POD =
      new PodName("shop", "upf-0", "5d1c7a5e-0000-4000-8000-000000000018");

  private final Path example = Product.top().resolve("examples/south-north");

  @TempDir private Path root;

  private void copy(String file, String to) throws IOException {
    Path place = root.resolve("etc/myriapod").resolve(to);
    Files.createDirectories(place.getParent());
    Files.copy(example.resolve(file), place);
  }

  @Test
  void pod_addedAndDeleted_hasBothFunctionsAndLeavesNothing(Netns pod) throws IOException {
    Nic.FIRST.reset();
    copy("config.yaml", "config.yaml");
    copy("cluster.yaml", "cluster/cluster.yaml");
    String config = Files.readString(example.resolve("10-myriapod.conf"));
    Sandbox sandbox = Sandbox.here(root, config, pod, POD);
    try (AgentProcess agent = AgentProcess.startHere(root, List.of())) {
      PciFunction north = awaitFunctions();
      NodeState before = NodeState.of(pod);

      Sandbox attached = sandbox.after(sandbox.run("ADD"));

      Command.of("sh", "-x", example.resolve("look.sh").toString(), pod.path().toString()).run();
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

  private void assertStatus() throws IOException {
    Path file = root.resolve("var/lib/myriapod/status/shop_upf-0.json");
    JsonNode status = JSON.readTree(Files.readString(file));
    String text = status.toString();
    assertEquals(3, networks(status).size(), text);
    assertTrue(text.contains("south0") && text.contains("10.80.0.10"), text);
    assertTrue(text.contains("10.81.0.10"), text);
    JsonNode north = networks(status).get(2).path("device-info");
    assertEquals("0000:01:10.2", north.at("/pci/pci-address").asText(), text);
    assertEquals("0000:01:00.0", north.at("/pci/pf-pci-address").asText(), text);
  }

  private static JsonNode networks(JsonNode status) throws IOException {
    JsonNode found = status.findValue("k8s.v1.cni.cncf.io/network-status");
    return found == null ? status : JSON.readTree(found.asText());
  }
}
