package io.myriapod.lab.vf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
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

/** Virtual functions made by {@code myriapod vf create} and by the agent's configuration. */
@InNamespaces
@ExtendWith(LabNode.class)
class CreateLab {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path root;

  private static FunctionRequest two() {
    return new FunctionRequest.Create(Nic.FIRST.function().address(), 2, Optional.empty(), false);
  }

  private void assertRefused(List<PciFunction> before, String finding) {
    CniException refusal = new Vf(root).refused(two());

    assertEquals(ErrorCode.DEVICE_IN_USE, refusal.code(), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(finding), refusal.getMessage());
    assertEquals(before, Nic.FIRST.vfs());
  }

  @Test
  void create_onBothNics_listNamesEachWithGroupAndDriver() {
    Vf vf = new Vf(root);
    vf.command("create", Nic.FIRST.link(), "4").orThrow();
    vf.create(Nic.SECOND, 2);

    JsonNode listed = vf.command("list", "-o", "json").orThrow().json();

    assertEquals(2, listed.size());
    for (Nic nic : Nic.values()) {
      JsonNode card = listed.get(nic.ordinal());
      assertEquals(nic.function().address(), card.path("address").asText());
      assertEquals(nic.vfs().size(), card.path("vfs").size());
      for (int index = 0; index < nic.vfs().size(); index++) {
        PciFunction function = nic.vfs().get(index);
        JsonNode row = card.path("vfs").path(index);
        assertEquals(function.address(), row.path("address").asText());
        assertEquals("igbvf", row.path("driver").asText());
        assertEquals(function.iommuGroup().orElseThrow(), row.path("iommuGroup").asText());
      }
    }
    assertEquals(List.of(4, 2), List.of(Nic.FIRST.vfs().size(), Nic.SECOND.vfs().size()));
  }

  @Test
  void create_moreThanTheCardCan_changesNothing() {
    List<PciFunction> before = Nic.FIRST.createVfs(4);

    Result result = new Vf(root).command("create", Nic.FIRST.function().address(), "9");

    assertEquals(1, result.exitCode());
    assertTrue(result.err().contains("it can have 0 to 7"), result.err());
    assertEquals(before, Nic.FIRST.vfs());
  }

  @Test
  void create_overOneThatCarriesAMacvlan_isRefused() {
    List<PciFunction> vfs = Nic.FIRST.createVfs(3);
    String link = vfs.get(1).awaitLink();
    Command.of("ip", "link", "add", "mv0", "link", link, "type", "macvlan").run();
    try {
      assertRefused(vfs, vfs.get(1) + " carries macvlan \"mv0\"");
    } finally {
      Command.of("ip", "link", "delete", "mv0").run();
    }
  }

  @Test
  void create_overOneThatAProgramDrives_isRefused() {
    List<PciFunction> vfs = Nic.FIRST.createVfs(3);
    Vf vf = new Vf(root);
    vf.bind(vfs.get(1), "vfio-pci");
    vf.bind(vfs.get(2), "vfio-pci");

    try (Testpmd testpmd = Testpmd.start(vfs.subList(1, 3))) {
      assertRefused(vfs, "/dev/vfio/");
      assertFalse(testpmd.log().isEmpty());
    }
    vf.create(Nic.FIRST, 2);
    assertEquals(2, Nic.FIRST.vfs().size());
  }

  @Test
  void create_overOneThatAPodHolds_isRefusedUntilThePodIsDeleted(Netns pod) throws IOException {
    List<PciFunction> vfs = Nic.FIRST.createVfs(3);
    vfs.get(0).awaitLink();
    NodePlugin hostDevice =
        NodePlugin.of(
            root,
            pod,
            "{\"cniVersion\":\"1.0.0\",\"name\":\"fast\",\"type\":\"host-device\",\"pciBusID\":\"%s\"}"
                .formatted(vfs.get(0)));
    try (AgentProcess agent = AgentProcess.startHere(root, List.of())) {
      hostDevice.run("ADD");
      assertRefused(
          vfs, "%s is held by container %s as \"net1\"".formatted(vfs.get(0), pod.name()));
      hostDevice.run("DEL");
      new Vf(root).run(two());
      assertFalse(agent.hasEnded());
    }
    assertEquals(2, Nic.FIRST.vfs().size());
  }

  @Test
  void agent_withConfiguration_makesItSoAtItsStart() throws IOException {
    Nic.FIRST.reset();
    Path config = root.resolve("etc/myriapod/config.yaml");
    Files.createDirectories(config.getParent());
    Files.writeString(
        config,
        """
        sriov:
        - {pf: "%s", numVfs: 3, mtu: 1400, drivers: [{vfs: 1-2, driver: vfio-pci}]}
        """
            .formatted(Nic.FIRST.function().address()));
    String plan = new Vf(root).command("apply", "--dry-run").orThrow().out();
    assertTrue(plan.contains("echo 3 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs"), plan);
    assertEquals(List.of(), Nic.FIRST.vfs());

    try (AgentProcess agent = AgentProcess.startHere(root, List.of())) {
      Waiting.until(
          SOON, () -> agent.log().contains("echo 0000:01:10.4 > /sys/bus/pci/drivers_probe"));
    }

    List<Optional<String>> drivers = Nic.FIRST.vfs().stream().map(PciFunction::driver).toList();
    Optional<String> vfio = Optional.of("vfio-pci");
    assertEquals(List.of(Optional.of("igbvf"), vfio, vfio), drivers);
    assertTrue(Command.of("ip", "link", "show", Nic.FIRST.link()).run().out().contains("mtu 1400"));
  }
}
