package io.myriapod.base.bandwidth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
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
    kinds = {"veth", "macvlan", "ifb"},
    programs = "tc")
class BandwidthCheckIT {
  @TempDir private Path temp;
  private BandwidthLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new BandwidthLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private PluginRequest attached(PluginRequest request) {
    return request.withPrevResult(Optional.of(lab.add(request)));
  }

  private void assertFinds(PluginRequest request, String finding) {
    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(request));
    assertEquals(ErrorCode.CHECK_FAILED, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }

  @Test
  void check_untouched_succeeds() {
    lab.plugin.check(attached(lab.onVeth(BandwidthLab.BOTH)));
  }

  @Test
  void check_untouchedInPod_succeeds() {
    lab.plugin.check(attached(lab.onMacvlan(BandwidthLab.BOTH)));
  }

  @Test
  void check_otherLimitAskedFor_saysBoth() {
    PluginRequest attached = attached(lab.onVeth(BandwidthLab.INGRESS));
    PluginRequest other =
        lab.request("net1", "'ingressRate':88000,'ingressBurst':16000")
            .withPrevResult(attached.prevResult());

    assertFinds(other, "rate in bytes/s of link \"host0\" of the node is 10000: want 11000");
  }

  /** {@code IFB} stands for the ifb's name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tc qdisc del dev host0 root | root discipline of link \"host0\" of the node is noqueue: want tbf",
        "tc qdisc change dev host0 handle 1: root tbf rate 96kbit burst 2000 latency 25ms | rate in bytes/s of link \"host0\" of the node is 12000: want 10000",
        "tc qdisc change dev IFB handle 1: root tbf rate 160kbit burst 9000 latency 25ms | burst in ticks of ifb \"IFB\" is",
        "tc qdisc change dev IFB handle 1: root tbf rate 160kbit burst 4000 limit 99999 | queue in bytes of ifb \"IFB\" is 99999: want 4500",
        "tc qdisc del dev host0 ingress | ingress discipline of link \"host0\" of the node is none: want ingress",
        "tc filter del dev host0 ingress | what link \"host0\" of the node receives is not redirected to ifb \"IFB\"",
        "tc filter add dev host0 ingress prio 1 protocol all u32 match ip dst 10.0.0.1/32 action pass; tc filter del dev host0 ingress handle 800::800 prio 1 u32 | is not redirected",
        "ip link set IFB down | ifb \"IFB\" is down",
        "ip link del IFB | ifb \"IFB\" of the node is gone",
        "ip link del host0 | link \"net1\" is not in the pod",
      })
  void check_changedOnNode_saysWhat(String change, String finding, Netns node) {
    PluginRequest request = attached(lab.onVeth(BandwidthLab.BOTH));

    node.run(change.replace("IFB", BandwidthLab.IFB));

    assertFinds(request, finding.replace("IFB", BandwidthLab.IFB));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tc qdisc del dev net1 root | root discipline of link \"net1\" of the pod is noqueue: want tbf",
        "tc qdisc del dev IFB root | root discipline of ifb \"IFB\" is",
        "tc qdisc del dev net1 ingress | what link \"net1\" of the pod receives is not redirected",
        "ip link del IFB | ifb \"IFB\" of the pod is gone",
      })
  void check_changedInPod_saysWhat(String change, String finding, Netns pod) {
    PluginRequest request = attached(lab.onMacvlan(BandwidthLab.BOTH));

    pod.run(change.replace("IFB", BandwidthLab.IFB));

    assertFinds(request, finding.replace("IFB", BandwidthLab.IFB));
  }
}
