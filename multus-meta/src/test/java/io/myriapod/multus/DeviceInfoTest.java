package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.kubernetes.status.NetworkStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a device: by its device plugin, to the plugins of the network, in the status. */
class DeviceInfoTest extends OnScene {
  private static final String RESOURCE = "intel.com/vf";
  private static final String ONE = "0000:01:10.0";
  private static final String INFO = "{'type':'pci','version':'1.1.0','pci':{'rdma-device':'r0'}}";

  @BeforeEach
  void open() {
    scene.network("apps", "south", "{'cniVersion':'1.1.0','type':'other'}", RESOURCE);
    scene.kubeletGaveThePod(RESOURCE, Set.of(ONE), ONE);
  }

  @Test
  void deviceInfo_ofTheDevicePlugin_reachesThePluginsAndTheStatusAndGoesWithThePod()
      throws IOException {
    scene.network(
        "apps",
        "south",
        "{'cniVersion':'1.1.0','type':'other','capabilities':{'CNIDeviceInfoFile':true}}",
        RESOURCE);
    scene.file("var/run/k8s.cni.cncf.io/devinfo/dp/intel.com-vf-" + ONE + "-device.json", INFO);
    scene.asksFor("south");

    scene.add();

    Path file = root.resolve("var/run/k8s.cni.cncf.io/devinfo/cni/apps-south-c1_net1");
    assertEquals(
        file.toString(),
        scene.plugins.get("other").lastRuntimeConfig("CNIDeviceInfoFile").orElseThrow().asText());
    assertEquals(INFO.replace('\'', '"'), Files.readString(file));
    assertEquals(INFO.replace('\'', '"'), deviceInfo(1).orElseThrow());
    assertEquals(Optional.empty(), deviceInfo(0));

    scene.delete();

    assertFalse(Files.exists(file));
  }

  @Test
  void deviceInfo_nobodyWroteAny_isMadeOfTheAddress() {
    scene.asksFor("south");

    scene.add();

    assertEquals(
        "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
            + "\"pf-pci-address\":\"0000:01:00.0\"}}",
        deviceInfo(1).orElseThrow());
  }

  @Test
  void deviceInfo_addFails_fileGoes() {
    scene.network(
        "apps", "north", "{'cniVersion':'1.1.0','type':'other','broken':'add'}", RESOURCE);
    scene.file("var/run/k8s.cni.cncf.io/devinfo/dp/intel.com-vf-" + ONE + "-device.json", INFO);
    scene.asksFor("north");

    scene.refusal();

    assertFalse(
        Files.exists(root.resolve("var/run/k8s.cni.cncf.io/devinfo/cni/apps-north-c1_net1")));
    assertEquals(List.of(), scene.journal.all());
  }

  private Optional<String> deviceInfo(int network) {
    return Optional.of(scene.published().get(network))
        .flatMap(NetworkStatus::deviceInfo)
        .map(Object::toString);
  }
}
