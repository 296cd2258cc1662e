package io.myriapod.child.macvlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@InNamespaces(kinds = "macvlan")
class MacvlanCheckIT {
  @TempDir private Path temp;
  private MacvlanLab lab;
  private PluginRequest check;
  private CniResult result;

  @BeforeEach
  void attach(Netns node, Netns pod) {
    lab = new MacvlanLab(node, pod, temp);
    PluginRequest add =
        lab.request(
            "net1",
            "'master':'parent0','mtu':1400,'bcqueuelen':500,"
                + lab.hostLocal("'subnet':'10.1.2.0/24','routes':[{'dst':'10.9.0.0/16'}]"));
    result = lab.add(add);
    check = add.withPrevResult(Optional.of(result));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void check_untouched_succeeds() {
    lab.plugin.check(check);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set net1 down | link \"net1\" is down",
        "ip link set net1 mtu 1300 | MTU of link \"net1\" is 1300: want 1400",
        "ip link set net1 address 02:00:00:00:00:99 | MAC of link \"net1\" is 02:00:00:00:00:99: want",
        "ip link set net1 type macvlan mode private | mode of link \"net1\" is PRIVATE: want BRIDGE",
        "ip link set net1 type macvlan bcqueuelen 7 | bcqueuelen of link \"net1\" is 7: want 500",
        "ip link del net1 | link \"net1\" is not in the pod",
        "ip addr del 10.1.2.2/24 dev net1 | 10.1.2.2/24",
        "ip route del 10.9.0.0/16 | 10.9.0.0/16",
        "ip link del net1; ip link add net1 type bridge | kind of link \"net1\" is bridge: want macvlan",
      })
  void check_changedInPod_saysWhat(String change, String finding, Netns pod) {
    pod.run(change);

    assertFinds(finding);
  }

  @Test
  void check_parentDown_saysSo(Netns node) {
    node.run("ip link set parent0 down");

    assertFinds("parent \"parent0\" is down");
  }

  @Test
  void check_parentRenamed_saysSo(Netns node) {
    node.run("ip link set parent0 name renamed0");

    assertFinds("parent of link \"net1\" is \"renamed0\": want the link \"parent0\"");
  }

  @Test
  void check_parentInAnotherNamespace_saysSo(Netns node, Netns elsewhere) {
    node.run("ip link set parent0 netns " + elsewhere.name());

    assertFinds("parent of link \"net1\" is not in the node");
  }

  @Test
  void check_parentDeleted_saysThatTheLinkIsGone(Netns node) {
    node.run("ip link del parent0");

    assertFinds("link \"net1\" is not in the pod");
  }

  @Test
  void check_leaseAndLinkChanged_saysBoth(Netns pod) {
    assertTrue(lab.leases.resolve("storage/10.1.2.2").toFile().delete());
    pod.run("ip link del net1");

    assertFinds("10.1.2.2 is not leased to it, nor to anybody");
    assertFinds("link \"net1\" is not in the pod");
  }

  @Test
  void check_linkOnAnotherParent_saysSo(Netns node, Netns pod) {
    String mac = pod.link("net1").get("address").asText();
    pod.run("ip link del net1");
    node.run(
        "ip link add net1 netns %s link wire0 address %s mtu 1400 type macvlan mode bridge"
            .formatted(pod.name(), mac));
    pod.run("ip addr add 10.1.2.2/24 dev net1; ip link set net1 up");

    assertFinds("parent of link \"net1\" is \"wire0\": want the link \"parent0\"");
  }

  @Test
  void check_otherSandbox_saysSo() {
    Interface attached = result.interfaces().get(0);
    Interface elsewhere =
        Interface.inContainer("net1", attached.macAddress().orElseThrow(), 1400, "/run/netns/x");
    check = check.withPrevResult(Optional.of(result.withInterfaces(List.of(elsewhere))));

    assertFinds("sandbox of prevResult is /run/netns/x");
  }

  private void assertFinds(String finding) {
    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));
    assertEquals(ErrorCode.CHECK_FAILED, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }
}
