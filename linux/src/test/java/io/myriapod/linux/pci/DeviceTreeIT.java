package io.myriapod.linux.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which of several links is the function's own. The trees are as drivers' documentation has them.
 */
@InNamespaces(kinds = "veth")
class DeviceTreeIT {
  private static final PciAddress CARD = new PciAddress("0000:3b:00.0");

  @TempDir private Path root;

  private Optional<String> linkOfCard(Netns node) {
    try (NetworkNamespace namespace = NetworkNamespace.open(node.path())) {
      return new DeviceTree(new Sysfs(root)).linkOf(CARD, namespace.links()).map(Link::name);
    }
  }

  private void says(Netns node, String link, String file, String value) {
    if (!node.hasLink(link)) {
      node.run("ip link add %s type veth peer name far-%s".formatted(link, link));
    }
    new FakeSysfs(root).file("bus/pci/devices/%s/net/%s/%s".formatted(CARD, link, file), value);
  }

  @Test
  void linkOf_cardInSwitchdevMode_isTheUplinkAndNoRepresentor(Netns node) {
    for (String name : List.of("pf0vf0", "pf0vf1", "c1pf0vf0", "pf0sf88")) {
      says(node, "a" + name, "phys_port_name", name);
    }
    says(node, "ens1np0", "phys_port_name", "p0");

    assertEquals(Optional.of("ens1np0"), linkOfCard(node));
  }

  @Test
  void linkOf_uplinkIsElsewhere_isNoRepresentor(Netns node) {
    says(node, "eth0", "phys_port_name", "pf0vf0");

    assertEquals(Optional.empty(), linkOfCard(node));
  }

  @Test
  void linkOf_cardWithTwoPorts_isTheFirstPorts(Netns node) {
    says(node, "ens1", "dev_port", "1");
    says(node, "ens1d1", "dev_port", "0");

    assertEquals(Optional.of("ens1d1"), linkOfCard(node));
  }
}
