package io.myriapod.base.hostdevice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@InNamespaces
class HostDeviceCheckIT {
  @TempDir private Path temp;
  private HostDeviceLab lab;
  private PluginRequest attached;

  @BeforeEach
  void attach(Netns node, Netns pod) {
    lab = new HostDeviceLab(node, pod, temp);
    PluginRequest request =
        lab.request(
            "net1",
            "'device':'dev0',"
                + lab.hostLocal("'subnet':'10.1.2.0/24','routes':[{'dst':'10.9.0.0/16'}]"));
    CniResult result = lab.add(request);
    attached = request.withPrevResult(Optional.of(result));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void check_nothingChanged_succeeds() {
    lab.plugin.check(attached);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ip link set net1 down                       | is down
          ip link set net1 address 02:00:00:00:00:77  | MAC of link "net1" is 02:00:00:00:00:77
          ip link set net1 mtu 1300                   | MTU of link "net1" is 1300: want 1400
          ip addr del 10.1.2.2/24 dev net1            | address 10.1.2.2/24 is missing
          ip route del 10.9.0.0/16                    | route to 10.9.0.0/16 via 10.1.2.1 is missing
          ip link set net1 down; ip link set net1 name other9 | name of the device is other9
          ip link del net1                            | host device "dev0" is not in the pod
          """)
  void check_changedInThePod_isNamed(String change, String finding, Netns pod) {
    pod.run(change);

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(attached));

    assertEquals(ErrorCode.CHECK_FAILED, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @Test
  void check_anotherLinkOfThatName_isNotTheDevice(Netns node, Netns pod) {
    pod.run("ip link set net1 netns " + node.name() + " name dev0");
    pod.run("ip link add net1 address 02:00:00:00:00:11 mtu 1400 type bridge");
    pod.run("ip link set net1 up");

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(attached));

    assertTrue(e.getMessage().contains("is not host device \"dev0\""), e.getMessage());
  }

  @Test
  void status_deviceThereOrWithAPod_succeeds(Netns node) {
    lab.plugin.status(lab.status("'device':'dev0'"));
    lab.deleteByJournal();
    lab.plugin.status(lab.status("'device':'dev0'"));
    lab.plugin.status(lab.status("")); // a device plugin chooses
    assertUnavailable("'device':'absent0'", "no link has that name");
    node.run("ip route add default via 10.7.0.1 dev dev0");
    assertUnavailable("'device':'dev0'", "carries the node's default route");
  }

  private void assertUnavailable(String keys, String finding) {
    CniException e = assertThrows(CniException.class, () -> lab.plugin.status(lab.status(keys)));
    assertEquals(ErrorCode.UNAVAILABLE, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }
}
