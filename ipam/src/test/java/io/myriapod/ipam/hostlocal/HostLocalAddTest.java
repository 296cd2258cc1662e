package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ADD of {@code host-local}: which addresses it gives. */
class HostLocalAddTest extends OnePool {
  @Test
  void allocate_routesAndGateway_areInTheResult() {
    CniResult result =
        hostLocal.allocate(
            request(
                "abc",
                config(
                    hostLocal(
                        "[{'subnet':'10.1.2.0/24','gateway':'10.1.2.254'}]",
                        "'routes':[{'dst':'0.0.0.0/0'},{'dst':'10.9.0.0/16','gw':'10.1.2.9','mtu':1400,'advmss':1360,'priority':50,'table':100,'scope':0}]"))));
    assertEquals("10.1.2.254", result.addresses().get(0).gateway().orElseThrow().getHostAddress());
    assertEquals(2, result.routes().size());
    assertEquals(1360, result.routes().get(1).advmss().orElseThrow());
    assertTrue(result.interfaces().isEmpty());
  }

  @Test
  void allocate_releasedAddress_isUsedAgainOnlyAfterTheRest() {
    assertEquals("10.1.2.2/29", add("a", SMALL));
    hostLocal.release(request("a", SMALL));
    assertEquals("10.1.2.3/29", add("b", SMALL));
    assertEquals("10.1.2.4/29", add("c", SMALL));
    assertEquals("10.1.2.5/29", add("d", SMALL));
    assertEquals("10.1.2.6/29", add("e", SMALL));
    assertEquals("10.1.2.2/29", add("f", SMALL));
  }

  @Test
  void allocate_poolFull_namesPoolCountAndOldest() throws IOException {
    for (String container : List.of("a", "b", "c", "d", "e")) {
      add(container, SMALL);
    }
    Files.setLastModifiedTime(
        leases.resolve("10.1.2.4"), FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    CniException full = refused(request("f", SMALL));
    assertEquals(101, full.code());
    assertEquals(
        "lease an address in network \"pool\", range set 0: no IP addresses available in range set: 10.1.2.1-10.1.2.6: all 5 are taken; the oldest is 10.1.2.4 of c/net1 since 2026-01-02T03:04:05Z",
        full.getMessage());
  }

  @Test
  void allocate_secondSetFull_leavesNothingOfTheFirst() throws IOException {
    NetworkConfig twoSets =
        config(hostLocal("[{'subnet':'10.1.2.0/24'}],[{'subnet':'10.1.3.0/30'}]"));
    add("a", twoSets);
    assertEquals(101, refused(request("b", twoSets)).code());
    assertEquals(List.of("10.1.2.2", "10.1.3.2"), files());
  }

  @Test
  void allocate_twiceWithoutDelete_isRefusedAndKeepsTheFirst() throws IOException {
    add("a", DUAL);
    CniException twice = refused(request("a", DUAL));
    assertEquals(109, twice.code());
    assertTrue(
        twice
            .getMessage()
            .contains("10.1.2.2 has been allocated to a, duplicate allocation is not allowed"),
        twice.getMessage());
    assertEquals(List.of("10.1.2.2", "fd00::2"), files());
  }

  @Test
  void allocate_requestedAddresses_eachSetTakesItsOwn() {
    NetworkConfig capable =
        config(
            hostLocal("[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00::/64'}]"),
            "'runtimeConfig':{'ips':['fd00::77/64','10.1.2.77']}");
    assertEquals("10.1.2.77/24 fd00::77/64", add("a", capable));
  }

  @Test
  void allocate_requestedByEnvironmentAndArgs_isGiven() {
    NetworkConfig pool = config(hostLocal("[{'subnet':'10.1.2.0/24'}]"));
    PluginRequest byEnvironment =
        request("a", pool).withArgs(CniArgs.parse("IgnoreUnknown=1;IP=10.1.2.50"));
    assertEquals(
        "10.1.2.50/24", hostLocal.allocate(byEnvironment).addresses().get(0).address().toString());
    NetworkConfig byArgs =
        config(hostLocal("[{'subnet':'10.1.2.0/24'}]"), "'args':{'cni':{'ips':['10.1.2.51/24']}}");
    assertEquals("10.1.2.51/24", add("b", byArgs));
  }

  @Test
  void allocate_requestedTaken_namesTheHolder() {
    NetworkConfig pool =
        config(hostLocal("[{'subnet':'10.1.2.0/24'}]"), "'runtimeConfig':{'ips':['10.1.2.50/24']}");
    add("first", pool);
    CniException taken = refused(request("second", pool));
    assertEquals(102, taken.code());
    assertTrue(
        taken
            .getMessage()
            .contains(
                "requested IP address 10.1.2.50 is not available in range set 10.1.2.1-10.1.2.254: held by 10.1.2.50 of first/net1 since "),
        taken.getMessage());
  }

  @Test
  void allocate_shorterAddressAfterLonger_noteHoldsTheShorterAlone() throws IOException {
    for (String address : List.of("10.1.2.100", "10.1.2.5")) {
      add(
          "c" + address,
          config(
              hostLocal("[{'subnet':'10.1.2.0/24'}]"),
              "'runtimeConfig':{'ips':['" + address + "']}"));
    }
    assertEquals("10.1.2.5", Files.readString(leases.resolve("last_reserved_ip.0")));
  }

  @Test
  void allocate_ipRangesOfRuntime_comeFirst() {
    NetworkConfig pool =
        config(
            "{'type':'host-local','dataDir':'/leases','subnet':'10.3.0.0/24','ranges':[[{'subnet':'10.4.0.0/24'}]]}",
            "'runtimeConfig':{'ipRanges':[[{'subnet':'10.2.0.0/24'}]]}");
    assertEquals("10.2.0.2/24 10.3.0.2/24 10.4.0.2/24", add("a", pool));
  }
}
