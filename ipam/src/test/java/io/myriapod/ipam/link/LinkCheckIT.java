package io.myriapod.ipam.link;

import static io.myriapod.ipam.Requests.after;
import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.ipam.fixed.StaticAddresses;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.MacAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A link {@code net1} with addresses and routes of both families, then changed by hand. */
@InNamespaces
class LinkCheckIT {
  private static final String IPAM =
      "{'type':'static','addresses':["
          + "{'address':'10.1.2.3/24','gateway':'10.1.2.1'},"
          + "{'address':'fd00:1::3/64','gateway':'fd00:1::1'}],"
          + "'routes':[{'dst':'0.0.0.0/0'},{'dst':'::/0'},"
          + "{'dst':'10.8.0.0/16'},{'dst':'fd08::/48'},"
          + "{'dst':'10.9.0.0/16','gw':'10.1.2.9','mtu':1400,'advmss':1360,'priority':50},"
          + "{'dst':'fd09::/48','gw':'fd00:1::9','mtu':1400,'advmss':1360,'priority':50},"
          + "{'dst':'10.7.0.0/16','table':100}]}";

  private final LinkAddressing addressing = new LinkAddressing(conflict -> {});
  private NetworkNamespace open;
  private Link link;
  private CniResult result;

  @BeforeEach
  void configure(Netns pod, Netns far) {
    pod.run("ip link set lo up; ip link add net1 type veth peer name far0 netns " + far.name());
    far.run("ip link set far0 up");
    open = NetworkNamespace.open(pod.path());
    link = open.links().require("net1");
    result = new StaticAddresses().allocate(request("a", config(IPAM)));
    addressing.configure(open, link, result, DadPolicy.NONE);
  }

  @AfterEach
  void close() {
    addressing.close();
    open.close();
  }

  private void check() {
    check(result, request("a", config(IPAM)));
  }

  private void check(CniResult added, PluginRequest plain) {
    PluginRequest request = after(added, plain);
    Findings findings = new Findings("check \"net1\"");
    addressing.check(open, link, request, findings);
    findings.raise();
  }

  private void assertFinds(String finding) {
    CniException wrong = assertThrows(CniException.class, () -> check());
    assertEquals(106, wrong.code());
    assertEquals("check \"net1\": " + finding, wrong.getMessage());
  }

  @Test
  void check_untouched_passes() {
    check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip addr add 10.1.2.3/16 dev net1; ip addr del 10.1.2.3/24 dev net1 | address 10.1.2.3/24 is missing; there is 10.1.2.3/16",
        "ip addr del fd00:1::3/64 dev net1; ip -6 route del default; ip -6 route del fd08::/48; ip -6 route add default via fe80::1 dev net1; ip -6 route add fd08::/48 via fe80::1 dev net1 | address fd00:1::3/64 is missing; route to ::/0 via fd00:1::1: gateway is fe80::1: want fd00:1::1; route to fd08::/48 via fd00:1::1: gateway is fe80::1: want fd00:1::1",
        "ip addr change 10.1.2.3/24 dev net1 valid_lft 600 preferred_lft 600 | address 10.1.2.3/24 expires: want it for ever",
        "ip addr change fd00:1::3/64 dev net1 valid_lft 600 preferred_lft 600 | address fd00:1::3/64 expires: want it for ever",
        "ip route del 10.1.2.0/24 | route to the address's own subnet 10.1.2.0/24 is missing",
        "ip -6 route del fd00:1::/64 | route to the address's own subnet fd00:1::/64 is missing",
        "ip route replace default via 10.1.2.99 | route to 0.0.0.0/0 via 10.1.2.1: gateway is 10.1.2.99: want 10.1.2.1",
        "ip route del default; ip route add default dev net1 | route to 0.0.0.0/0 via 10.1.2.1: gateway is none: want 10.1.2.1",
        "ip route del default; ip route add default via 10.1.2.1 metric 9 | route to 0.0.0.0/0 via 10.1.2.1: metric is 9: want none",
        "ip -6 route replace default via fd00:1::99 | route to ::/0 via fd00:1::1: gateway is fd00:1::99: want fd00:1::1",
        "ip route del default; ip -6 route del default | route to 0.0.0.0/0 via 10.1.2.1 is missing; route to ::/0 via fd00:1::1 is missing",
        "ip route del 10.8.0.0/16 | route to 10.8.0.0/16 via 10.1.2.1 is missing",
        "ip route del 10.8.0.0/16; ip route add blackhole 10.8.0.0/16 | route to 10.8.0.0/16 via 10.1.2.1 is missing",
        "ip link add x0 type veth peer x1; ip link set x0 up; ip link set x1 up; ip route del 10.8.0.0/16; ip route add 10.8.0.0/16 dev x0 | route to 10.8.0.0/16 via 10.1.2.1 is missing",
        "ip route change 10.8.0.0/16 via 10.1.2.1 mtu 1300 | route to 10.8.0.0/16 via 10.1.2.1: mtu is 1300: want none",
        "ip -6 route del fd08::/48; ip -6 route add fd08::/48 via fd00:1::1 metric 7 | route to fd08::/48 via fd00:1::1: metric is 7: want 1024",
        "ip route change 10.9.0.0/16 via 10.1.2.9 metric 50 mtu 1300 advmss 1200 | route to 10.9.0.0/16 via 10.1.2.9: mtu is 1300: want 1400, advmss is 1200: want 1360",
        "ip route change 10.9.0.0/16 via 10.1.2.9 metric 50 | route to 10.9.0.0/16 via 10.1.2.9: mtu is none: want 1400, advmss is none: want 1360",
        "ip route del 10.9.0.0/16; ip route add 10.9.0.0/16 via 10.1.2.9 mtu 1400 advmss 1360 metric 60 | route to 10.9.0.0/16 via 10.1.2.9: metric is 60: want 50",
        "ip -6 route change fd09::/48 via fd00:1::9 metric 50 mtu 1300 advmss 1360 | route to fd09::/48 via fd00:1::9: mtu is 1300: want 1400",
        "ip route flush table 100 | route to 10.7.0.0/16 via 10.1.2.1 in table 100 is missing",
      })
  void check_changed_saysWhat(String change, String finding, Netns pod) {
    pod.run(change);

    assertFinds(finding);
  }

  @Test
  void check_linkDown_saysSoAndWhatWentWithIt(Netns pod) {
    pod.run("ip address del fd00:1::3/64 dev net1; ip link set net1 down");

    CniException wrong = assertThrows(CniException.class, () -> check());

    for (String finding :
        List.of(
            "link \"net1\" is down",
            "address fd00:1::3/64 is missing",
            "route to 10.9.0.0/16 via 10.1.2.9 is missing")) {
      assertTrue(wrong.getMessage().contains(finding), wrong::getMessage);
    }
  }

  @Test
  void check_linkGone_saysSo(Netns pod) {
    pod.run("ip link del net1");

    CniException wrong = assertThrows(CniException.class, () -> check());

    assertTrue(wrong.getMessage().contains("link \"net1\" is gone"), wrong::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip addr add 10.1.2.77/24 dev net1; ip addr add fd00:1::77/64 dev net1",
        "ip route add 10.66.0.0/16 via 10.1.2.1; ip route add 10.8.0.0/16 via 10.1.2.2 metric 9",
        "ip route append 10.8.0.0/16 via 10.1.2.2",
        "ip -6 route append fd08::/48 via fd00:1::2 dev net1",
        "ip route del default; ip link add x0 type veth peer x1; ip link set x0 up; ip route add default dev x0",
        "ip route add 10.8.0.0/16 via 10.1.2.1 table 55; ip route del 10.8.0.0/16; ip rule add table 55",
      })
  void check_addedOrMovedByOthers_passes(String change, Netns pod) {
    pod.run(change);

    assertDoesNotThrow(() -> check());
  }

  /** Below 1.0.0 a result cannot say that a route has a metric, mtu or table of its own. */
  @Test
  void check_resultOfOldVersion_comparesWhatItTells() {
    CniVersion old = CniVersion.V0_4_0;
    CniResult told = ResultCodec.decode(ResultCodec.encode(result, old), old);
    NetworkConfig config = config(IPAM).with("cniVersion", TextNode.valueOf("0.4.0"));

    check(told, request("a", config));
  }

  @Test
  void check_addressOfOtherInterfaceInResult_isPassedOver() {
    Address foreign =
        new StaticAddresses()
            .allocate(
                request("a", config("{'type':'static','addresses':[{'address':'10.7.7.7/24'}]}")))
            .addresses()
            .get(0);
    CniResult chain =
        CniResult.of(Interface.onHost("cni0", MacAddress.random(), 1500))
            .withAddresses(
                List.of(
                    result.addresses().get(0), result.addresses().get(1), foreign.onInterface(0)));
    check(chain, request("a", config(IPAM)));
  }
}
