package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.kubelet.Allocation;
import io.myriapod.fixtures.kubelet.Device;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.Pod;
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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/resources} as it stands: the kubelet says which functions the pod gets. */
@InNamespaces(kinds = "veth")
@ExtendWith(LabNode.class)
class ResourcesLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String SOUTH = "intel.com/south";
  private static final String NORTH = "intel.com/north";
  private static final Pod POD = new Pod("shop", "upf-1", "5d1c7a5e-0000-4000-8000-000000000019");

  private final Example example = Example.of("resources");

  @TempDir private Path root;

  @Test
  void pod_withDevicesOfTwoResources_hasTheVeryDevicesAndAProgramThatAnswers(Netns netns)
      throws IOException {
    Nic.FIRST.reset();
    example.copy("config.yaml", root, "myriapod/config.yaml");
    example.copy("config.json", root, "pcidp/config.json");
    example.copy("cluster.yaml", root, "myriapod/cluster/cluster.yaml");
    String config = example.networkConfiguration();
    Sandbox sandbox =
        Sandbox.here(root, config, netns, new PodName(POD.namespace(), POD.name(), POD.uid()));
    try (FakeKubelet kubelet = FakeKubelet.startWatching(root.resolve("var/lib/kubelet"));
        AgentProcess agent = AgentProcess.startHere(root, List.of())) {
      awaitTwoHealthy(kubelet, SOUTH);
      awaitTwoHealthy(kubelet, NORTH);
      Nic.FIRST.vfs().subList(2, 4).forEach(ResourcesLab::forgetMadeUpMac);
      Map<String, JsonNode> before = NodeLinks.all();
      List<String> south = kubelet.allocate(POD, "app", SOUTH, 2).deviceIds();
      Allocation north = kubelet.allocate(POD, "app", NORTH, 1);

      Sandbox attached = sandbox.after(sandbox.run("ADD"));

      example.look(netns);
      String program = north.deviceIds().get(0);
      NetworkStatus status = NetworkStatus.of(root, "shop_upf-1");
      assertEquals(
          List.of("", south.get(0), program, south.get(1)), status.devices(), status.toString());
      assertEquals(south.get(0), netns.link("south0").path("parentdev").asText());
      assertEquals(south.get(1), netns.link("south1").path("parentdev").asText());
      assertEquals(new PciFunction(program).vfioFiles(), north.answer().devices());
      assertAnswers(north, status.networks().get(2).at("/ips/0").asText(), netns);
      kubelet.release(POD);
      attached.run("DEL");
      NodeLinks.assertAgain(before);
      assertFalse(agent.hasEnded());
    }
  }

  private static void awaitTwoHealthy(FakeKubelet kubelet, String resource) {
    kubelet.awaitDevices(
        resource,
        devices -> devices.size() == 2 && devices.stream().allMatch(Device::isHealthy),
        SOON);
  }

  /** That of igbvf: any reset, as before each pod's turn, makes the card forget it. */
  private static void forgetMadeUpMac(PciFunction function) {
    function.write("reset", "1");
    int index = Nic.FIRST.vfs().indexOf(function);
    Waiting.until(
        SOON,
        () ->
            Command.of("ip", "-d", "-j", "link", "show", Nic.FIRST.link())
                .run()
                .json()
                .at("/0/vfinfo_list/%d/address".formatted(index))
                .asText()
                .equals("00:00:00:00:00:00"));
  }

  /** Without any other device of the node, and with what the container is told in variables. */
  private static void assertAnswers(Allocation program, String address, Netns netns) {
    String variable = program.answer().envs().get("PCIDEVICE_INTEL_COM_NORTH");
    try (Testpmd testpmd = Testpmd.startInContainer(variable, program.answer().devices())) {
      Waiting.until(SOON, () -> netns.attempt("ping -c 1 -W 2 " + address).ok());
      assertFalse(testpmd.log().isEmpty());
    }
  }
}
