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
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import io.myriapod.lab.node.Testpmd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A virtual function that a DPDK program of the pod drives. */
@InNamespaces
@ExtendWith({LabNode.class, SharedAgent.class})
class ProgramFunctionLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String MAC = "02:00:5e:50:00:09";

  private static Path root;
  private static PciFunction program;
  private static PciFunction kernel;

  @BeforeAll
  static void open() {
    program = Nic.FIRST.createVfs(1).get(0);
    kernel = Nic.SECOND.createVfs(1).get(0);
    program.awaitLink();
    kernel.awaitLink();
    program.bind("vfio-pci");
    root = SharedAgent.root();
  }

  private static NodePlugin plugin(Netns pod, PciFunction function, String keys, String address) {
    return FunctionNetwork.of(root, pod, function, keys, address);
  }

  private static JsonNode told() {
    return Command.of("ip", "-d", "-j", "link", "show", Nic.FIRST.link())
        .run()
        .json()
        .at("/0/vfinfo_list/0");
  }

  @Test
  void life_programAnswersWithMacAndVlan_andAllIsPutBack(Netns pod, Netns peer) {
    JsonNode before = told();
    NodePlugin north =
        plugin(pod, program, "\"vlan\": 100, \"mac\": \"%s\",".formatted(MAC), "10.81.0.1");
    NodePlugin south = plugin(peer, kernel, "\"vlan\": 100,", "10.81.0.2");

    Result added = north.run("ADD");
    NodePlugin attachedPeer = south.after(south.run("ADD"));

    assertTrue(added.json().path("interfaces").isMissingNode(), added.out());
    assertEquals("10.81.0.1/24", added.json().at("/ips/0/address").asText());
    assertEquals(MAC, told().path("address").asText());
    assertEquals(100, told().at("/vlan_list/0/vlan").asInt());
    try (Testpmd testpmd = Testpmd.start(List.of(program))) {
      Waiting.until(SOON, () -> peer.attempt("ping -c 1 -W 2 10.81.0.1").ok());
      String neighbours = peer.run("ip neigh show 10.81.0.1").out();
      assertTrue(neighbours.contains(MAC), neighbours);
      assertFalse(testpmd.log().isEmpty());
    }
    NodePlugin attached = north.after(added);
    attached.run("CHECK");
    attached.run("DEL");
    attachedPeer.run("DEL");

    assertEquals(before, told());
    assertEquals("vfio-pci", program.driver().orElseThrow());
  }
}
