package io.myriapod.base.ptp;

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

@InNamespaces(kinds = "veth", programs = "nft")
class PtpCheckIT {
  @TempDir private Path temp;
  private PtpLab lab;
  private PluginRequest request;
  private String hostEnd;

  @BeforeEach
  void attach(Netns node, Netns pod) {
    lab = new PtpLab(node, pod, temp);
    PluginRequest add =
        lab.request(
            "net1",
            "'ipMasq':true,"
                + lab.hostLocal(
                    "'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00:1::/64'}]],"
                        + "'routes':[{'dst':'10.9.0.0/16'}]"));
    CniResult result = lab.add(add);
    hostEnd = result.interfaces().get(0).name();
    request = add.withPrevResult(Optional.of(result));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void check_untouched_isFine() {
    lab.plugin.check(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pod  | ip link set net1 down                  | link \"net1\" is down",
        "pod  | ip link set net1 mtu 1300              | MTU of link \"net1\" is 1300: want 1500",
        "pod  | ip address del 10.1.2.2/24 dev net1    | address 10.1.2.2/24 is missing",
        "pod  | ip route del 10.9.0.0/16               | route to 10.9.0.0/16 via 10.1.2.1 is missing",
        "pod  | ip route del 10.1.2.0/24               | route to 10.1.2.0/24 via 10.1.2.1 is missing",
        "pod  | ip -6 route del fd00:1::/64            | route to fd00:1::/64 via fd00:1::1 is missing",
        "pod  | ip -6 route replace fd00:1::/64 dev net1 | route to fd00:1::/64 via fd00:1::1: gateway is none: want fd00:1::1, source is none: want fd00:1::2",
        "node | ip link set HOST down                  | link \"HOST\" is down",
        "node | ip link set HOST address 02:00:00:00:00:99 | MAC of link \"HOST\" is 02:00:00:00:00:99",
        "node | ip address del 10.1.2.1/32 dev HOST    | link \"HOST\" lacks the gateway address 10.1.2.1/32",
        "node | ip route del 10.1.2.2                  | the node has no route to 10.1.2.2/32 by \"HOST\"",
        "node | ip -6 route del fd00:1::2              | the node has no route to fd00:1::2/128 by \"HOST\"",
        "node | echo 0 >/proc/sys/net/ipv4/ip_forward  | net/ipv4/ip_forward is 0: want 1",
        "node | nft flush ruleset                      | masquerade:",
      })
  void check_changedByHand_isNamed(
      String where, String change, String words, Netns node, Netns pod) {
    (where.equals("pod") ? pod : node).run(change.replace("HOST", hostEnd));

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(request));

    assertEquals(ErrorCode.CHECK_FAILED, e.code());
    assertTrue(e.getMessage().contains(words.replace("HOST", hostEnd)), e::getMessage);
  }

  @Test
  void check_anotherPairInItsPlace_isFound(Netns node, Netns pod) {
    pod.run("ip link del net1; ip link add net1 type veth peer name far1; ip link set net1 up");

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(request));

    assertTrue(
        e.getMessage().contains("the far end of \"net1\" is not on the node"), e::getMessage);
  }

  @Test
  void check_leaseGone_isFound() throws Exception {
    java.nio.file.Files.delete(lab.leases.resolve("routed").resolve("10.1.2.2"));

    assertThrows(CniException.class, () -> lab.plugin.check(request));
  }
}
