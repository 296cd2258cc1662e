package io.myriapod.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Kernel;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import io.myriapod.lab.node.Testpmd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a test may rely on in the lab. */
@InNamespaces
@ExtendWith(LabNode.class)
class GuaranteesLab {
  private static final Duration SOON = Duration.ofSeconds(20);

  @ParameterizedTest
  @EnumSource
  void nic_each_canHaveSevenVirtualFunctions(Nic nic) {
    assertEquals(Optional.of("igb"), nic.function().driver());
    assertEquals("7", nic.function().read("sriov_totalvfs"));
  }

  @ParameterizedTest
  @EnumSource
  void vfs_ofANicThatIsUp_haveLinksAndGroupsOfTheirOwn(Nic nic) {
    List<PciFunction> vfs = nic.createVfs(2);

    assertEquals(2, vfs.size());
    for (PciFunction vf : vfs) {
      vf.awaitLink();
      assertEquals(Optional.of("igbvf"), vf.driver());
      assertEquals(List.of(vf.address()), vf.iommuGroupMembers());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipvlan", "macvlan", "vlan", "dummy", "bridge"})
  void kind_each_canBeMade(String kind) {
    assertEquals(Optional.empty(), Kernel.missingKind(kind));
  }

  @Test
  void nics_bothUp_reachEachOther(Netns pod) {
    Nic.FIRST.up();
    Nic.SECOND.up();
    pod.run("ip link set lo up");
    Command.of("ip", "link", "add", "v0", "link", Nic.SECOND.link(), "type", "macvlan").run();
    Command.of("ip", "link", "set", "v0", "netns", pod.name()).run();
    pod.run("ip address add 10.90.0.2/24 dev v0 && ip link set v0 up");
    Command.of("ip", "address", "add", "10.90.0.1/24", "dev", Nic.FIRST.link()).run();

    Waiting.until(SOON, "the ping", () -> pod.attempt("ping -c 1 -W 2 10.90.0.1").ok());
  }

  @Test
  void testpmd_overTwoBoundVfs_answersThePingOfAKernelVf(Netns pod) {
    List<PciFunction> vfs = Nic.FIRST.createVfs(3);
    String parent = Nic.FIRST.link();
    Command.of("ip", "link", "set", parent, "vf", "1", "mac", "02:00:00:00:00:11").run();
    Command.of("ip", "link", "set", parent, "vf", "2", "mac", "02:00:00:00:00:12").run();
    vfs.get(1).bind("vfio-pci");
    vfs.get(2).bind("vfio-pci");
    String link = vfs.get(0).awaitLink();
    Command.of("ip", "link", "set", link, "netns", pod.name()).run();
    pod.run("ip address add 10.91.0.1/24 dev %1$s && ip link set %1$s up".formatted(link));

    try (Testpmd testpmd = Testpmd.start(vfs.subList(1, 3))) {
      Waiting.until(SOON, "the ping", () -> pod.attempt("ping -c 1 -W 2 10.91.0.2").ok());
      String neighbours = pod.run("ip -j neighbour show 10.91.0.2").out();
      // both answer for any address; which one is heard last is a matter of luck
      assertTrue(neighbours.matches("(?s).*02:00:00:00:00:1[12].*"), neighbours + testpmd.log());
    }
  }
}
