package io.myriapod.base.bridge;

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

@InNamespaces(
    kinds = {"bridge", "veth"},
    programs = "nft")
class BridgeCheckIT {
  @TempDir private Path temp;
  private BridgeLab lab;
  private PluginRequest check;
  private String hostEnd;

  @BeforeEach
  void attach(Netns node, Netns pod) {
    lab = new BridgeLab(node, pod, temp);
    PluginRequest add =
        lab.request(
            "eth0",
            "'isDefaultGateway':true,'ipMasq':true,'mtu':1400,"
                + lab.hostLocal("'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00::/64'}]]"));
    CniResult result = lab.add(add);
    hostEnd = result.interfaces().get(1).name();
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

  @Test
  void check_withoutPrevResult_isAnErrorOfTheConfig() {
    PluginRequest bare = check.withPrevResult(Optional.empty());

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(bare));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set eth0 down | link \"eth0\" is down",
        "ip link set eth0 mtu 1300 | MTU of link \"eth0\" is 1300: want 1400",
        "ip link set eth0 address 02:00:00:00:00:99 | MAC of link \"eth0\"",
        "ip link del eth0 | link \"eth0\" is not in the pod",
        "ip addr del 10.1.2.2/24 dev eth0 | 10.1.2.2/24",
        "ip addr del fd00::2/64 dev eth0 | fd00::2/64",
        "ip route del default | 0.0.0.0/0",
        "ip route replace default via 10.1.2.9 | gateway is 10.1.2.9: want 10.1.2.1",
        "ip link set eth0 down; ip link set eth0 name eth9 | link \"eth0\" is not in the pod",
        "ip link del eth0; ip link add eth0 address 02:00:00:00:00:01 type bridge | kind of link",
      })
  void check_changedInPod_saysWhat(String change, String finding, Netns pod) {
    pod.run(change);

    assertFinds(finding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set cni0 down | bridge \"cni0\" is down",
        "ip link set cni0 address 02:00:00:00:00:99 | MAC of bridge \"cni0\"",
        "ip link set HOSTEND name other0 | the far end of \"eth0\" is \"other0\": want one of",
        "ip link set HOSTEND mtu 1300 | MTU of link \"veth",
        "ip link set HOSTEND address 02:00:00:00:00:99 | MAC of link \"veth",
        "ip addr del fd00::1/64 dev cni0 | lacks the gateway address fd00::1/64",
        "ip link del cni0; ip link add cni0 address 02:00:00:00:00:01 type veth | kind of bridge \"cni0\" is veth: want bridge",
        "echo 0 >/proc/sys/net/ipv6/conf/all/forwarding | net/ipv6/conf/all/forwarding is 0: want 1",
        "nft delete element inet myriapod pods6 '{ fd00::2 }' | masquerade",
        "nft delete table inet myriapod | masquerade",
        "ip link del cni0 | bridge \"cni0\" is not on the node",
        "ip addr del 10.1.2.1/24 dev cni0 | lacks the gateway address 10.1.2.1/24",
        "ip link set HOSTEND nomaster | is no port of bridge \"cni0\"",
        "ip link set HOSTEND down | is down",
        "ip link set HOSTEND type bridge_slave hairpin on | hairpin mode",
        "echo 0 >/proc/sys/net/ipv4/ip_forward | net/ipv4/ip_forward is 0: want 1",
        "nft flush ruleset | masquerade",
        "nft flush chain inet myriapod postrouting | masquerade: chain postrouting",
        "nft flush set inet myriapod pods4 | masquerade",
        "nft flush set inet myriapod inside6 | masquerade",
      })
  void check_changedOnNode_saysWhat(String change, String finding, Netns node) {
    node.run(change.replace("HOSTEND", hostEnd));

    assertFinds(finding);
  }

  @Test
  void check_severalChanges_saysAllOfThem(Netns node, Netns pod) {
    pod.run("ip link set eth0 mtu 1300");
    node.run("ip addr flush dev cni0");

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));

    assertTrue(e.getMessage().contains("MTU"), e::getMessage);
    assertTrue(e.getMessage().contains("10.1.2.1/24"), e::getMessage);
    assertTrue(e.getMessage().contains("fd00::1/64"), e::getMessage);
  }

  @Test
  void check_leaseGone_fails() {
    assertTrue(lab.leases.resolve("default/10.1.2.2").toFile().delete());

    assertThrows(CniException.class, () -> lab.plugin.check(check));
  }

  private void assertFinds(String finding) {
    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));
    assertEquals(ErrorCode.CHECK_FAILED, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }
}
