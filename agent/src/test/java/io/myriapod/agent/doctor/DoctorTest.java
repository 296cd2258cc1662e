package io.myriapod.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.doctor.Diagnosis.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final String RELEASE = "6.12.9-node";
  private static final String OURS =
      "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"myriapod\"}";

  @TempDir private Path root;

  @BeforeEach
  void healthyNode() throws IOException {
    write("lib/modules/" + RELEASE + "/modules.builtin", "kernel/drivers/net/veth.ko\n");
    write(
        "lib/modules/" + RELEASE + "/modules.dep",
        "kernel/drivers/net/macvlan.ko.xz:\nkernel/drivers/net/ipvlan/ipvlan.ko:\n"
            + "kernel/net/8021q/8021q.ko: kernel/net/802/mrp.ko\n");
    Files.createDirectories(root.resolve("sys/module/bridge"));
    Files.createDirectories(root.resolve("sys/kernel/iommu_groups/0"));
    write("opt/cni/bin/myriapod", "");
    write("bin/nft", "");
    for (String program : List.of("opt/cni/bin/myriapod", "bin/nft")) {
      Files.setPosixFilePermissions(
          root.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    write("etc/cni/net.d/00-myriapod.conf", OURS);
    Files.createDirectories(root.resolve("var/lib/myriapod"));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private List<Diagnosis> look() {
    return new Doctor(
            new NodeFacts(
                new AgentPaths(root), root.resolve("sys"), RELEASE, List.of(root.resolve("bin"))))
        .look();
  }

  /** Those that are not well, but for the agent, of which there is none here. */
  private List<String> ailing() {
    return look().stream()
        .filter(one -> one.state() != State.OK && !one.subject().equals("agent"))
        .map(one -> "%s %s: %s".formatted(one.state().text(), one.subject(), one.finding()))
        .toList();
  }

  @Test
  void look_healthyNode_findsNothingButThatNoAgentRuns() {
    assertEquals(List.of(), ailing());
    assertEquals(
        List.of("agent"),
        look().stream().filter(one -> one.state() == State.FAULT).map(Diagnosis::subject).toList());
  }

  @Test
  void look_anything_isAdvisedOn() throws IOException {
    Files.delete(root.resolve("etc/cni/net.d/00-myriapod.conf"));
    Files.delete(root.resolve("sys/module/bridge"));

    assertTrue(
        look().stream().allMatch(one -> one.state() == State.OK || !one.advice().isEmpty()),
        look().toString());
  }

  @Test
  void look_anotherConfigurationComesFirst_namesIt() throws IOException {
    write(
        "etc/cni/net.d/00-calico.conflist",
        "{\"name\":\"k8s\",\"plugins\":[{\"type\":\"calico\"}]}");

    String found = ailing().stream().collect(Collectors.joining("\n"));
    assertTrue(found.startsWith("fault CNI configuration: the runtime takes "), found);
    assertTrue(found.contains("00-calico.conflist, which is not ours"), found);
  }

  @Test
  void look_configurationOfMultus_isOursOnlyIfItsProgramIs() throws IOException {
    write("etc/cni/net.d/00-myriapod.conf", "{\"name\":\"n\",\"type\":\"multus-shim\"}");
    write("opt/cni/bin/multus-shim", "another program");
    assertTrue(ailing().get(0).contains("which is not ours"), ailing()::toString);

    write("opt/cni/bin/multus-shim", "");
    assertEquals(List.of(), ailing());
  }

  @Test
  void look_configurationThatIsNoJson_isAFaultWithItsPlace() throws IOException {
    write("etc/cni/net.d/00-a.conf", "{");

    assertTrue(ailing().get(0).contains("cannot be read"), ailing().toString());
  }

  @Test
  void look_agentsConfigurationWithAnUnknownKey_namesTheKey() throws IOException {
    write("etc/myriapod/config.yaml", "paralel: 3\n");

    assertTrue(ailing().get(0).contains("unknown key \"paralel\""), ailing().toString());
  }

  @Test
  void look_moduleIsNowhere_saysWhichNetworksLackIt() throws IOException {
    write("lib/modules/" + RELEASE + "/modules.dep", "kernel/net/8021q/8021q.ko:\n");

    assertEquals(
        List.of(
            "warning module ipvlan: neither loaded nor found among the kernel's modules",
            "warning module macvlan: neither loaded nor found among the kernel's modules"),
        ailing());
  }

  @Test
  void look_noIommuNoNft_areWarnings() throws IOException {
    Files.delete(root.resolve("sys/kernel/iommu_groups/0"));
    Files.delete(root.resolve("bin/nft"));

    assertTrue(
        ailing().contains("warning IOMMU: off, or the machine has none"), ailing()::toString);
  }

  @Test
  void look_delsAreSpooled_saysHowMany() throws IOException {
    write("var/lib/myriapod/spool/1", "x");
    write("var/lib/myriapod/spool/2", "x");

    assertEquals(List.of("warning spool: 2 DELs wait for the agent"), ailing());
  }

  @Test
  void look_devicesAreOfferedToNobody_isAWarning() throws IOException {
    write("etc/myriapod/config.yaml", "devicePlugin: {}\n");

    assertTrue(ailing().get(0).startsWith("warning kubelet: "), ailing()::toString);
  }
}
