package io.myriapod.base.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Dns;
import io.myriapod.cni.result.Route;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayPlanTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.7/24, 10.1.2.1/24",
    "10.1.2.130/25, 10.1.2.129/25",
    "0.0.0.9/24, 0.0.0.1/24",
    "fd00:1::9/64, fd00:1::1/64",
    "2001:db8:ffff::9/48, 2001:db8:ffff::1/48",
  })
  void of_addressWithoutGateway_takesTheFirstOfItsSubnet(String address, String gateway) {
    GatewayPlan plan = plan("'isGateway':true", leased(List.of(), of(address, "")));

    assertEquals(List.of(IpPrefix.parse(gateway)), plan.bridgeAddresses());
    assertEquals(
        Optional.of(IpPrefix.parse(gateway).address()), plan.leased().addresses().get(0).gateway());
  }

  @Test
  void of_noGateway_leavesEverythingAsItIs() {
    CniResult leased = leased(List.of(), of("10.1.2.7/24", ""));

    GatewayPlan plan = plan("", leased);

    assertEquals(List.of(), plan.bridgeAddresses());
    assertEquals(leased, plan.leased());
  }

  @Test
  void of_defaultGateway_addsOneDefaultRouteForEachFamily() {
    CniResult leased =
        leased(
            List.of(),
            of("10.1.2.7/24", "10.1.2.1"),
            of("10.1.3.7/24", "10.1.3.1"),
            of("fd00::7/64", "fd00::1"));

    GatewayPlan plan = plan("'isDefaultGateway':true", leased);

    assertEquals(
        List.of(route("0.0.0.0/0", "10.1.2.1"), route("::/0", "fd00::1")), plan.leased().routes());
    assertEquals(3, plan.bridgeAddresses().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.254", ""})
  void of_defaultRouteOfIpam_isNotDoubled(String gateway) {
    Route own = route("0.0.0.0/0", gateway);
    CniResult leased = leased(List.of(own), of("10.1.2.7/24", "10.1.2.1"));

    assertEquals(List.of(own), plan("'isDefaultGateway':true", leased).leased().routes());
  }

  private static GatewayPlan plan(String keys, CniResult leased) {
    return GatewayPlan.of(BridgeConfigTest.parse(keys), leased);
  }

  private static Address of(String address, String gateway) {
    return new Address(
        IpPrefix.parse(address),
        Optional.of(gateway).filter(text -> !text.isEmpty()).map(IpAddresses::parse),
        Optional.empty());
  }

  private static CniResult leased(List<Route> routes, Address... addresses) {
    return new CniResult(List.of(), List.of(addresses), routes, Dns.empty());
  }

  private static Route route(String destination, String gateway) {
    return Route.via(
        IpPrefix.parse(destination),
        Optional.of(gateway).filter(text -> !text.isEmpty()).map(IpAddresses::parse));
  }
}
