package io.myriapod.ipam.fixed;

import static io.myriapod.ipam.Requests.after;
import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.IpAddresses;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticAddressesTest {
  private static final String CONFIGURED =
      "{'type':'static','addresses':[{'address':'10.10.0.1/24','gateway':'10.10.0.254'},{'address':'3ffe:ffff:0:1ff::1/64'}],'routes':[{'dst':'0.0.0.0/0'}],'dns':{'nameservers':['9.9.9.9'],'domain':'x.example'}}";

  private final StaticAddresses fixed = new StaticAddresses();

  private List<String> addresses(PluginRequest request) {
    return fixed.allocate(request).addresses().stream()
        .map(
            address ->
                address.address()
                    + address.gateway().map(gw -> " via " + IpAddresses.format(gw)).orElse(""))
        .toList();
  }

  @Test
  void allocate_configured_givesAll() {
    CniResult result = fixed.allocate(request("a", config(CONFIGURED)));
    assertEquals(
        List.of("10.10.0.1/24 via 10.10.0.254", "3ffe:ffff:0:1ff::1/64"),
        addresses(request("a", config(CONFIGURED))));
    assertEquals(1, result.routes().size());
    assertEquals("x.example", result.dns().domain());
  }

  @Test
  void allocate_environment_isAppendedWithItsGateways() {
    PluginRequest request =
        request("a", config("{'type':'static'}"))
            .withArgs(
                CniArgs.parse("IP=10.10.0.1/24, 11.11.0.1/24;GATEWAY=10.10.0.254,11.11.0.254"));
    assertEquals(
        List.of("10.10.0.1/24 via 10.10.0.254", "11.11.0.1/24 via 11.11.0.254"),
        addresses(request));
  }

  @Test
  void allocate_args_replaceConfigured() {
    assertEquals(
        List.of("10.10.0.7/24"),
        addresses(request("a", config(CONFIGURED, "'args':{'cni':{'ips':['10.10.0.7/24']}}"))));
  }

  @Test
  void allocate_runtimeConfig_replacesArgs() {
    NetworkConfig both =
        config(
            CONFIGURED,
            "'args':{'cni':{'ips':['10.10.0.7/24']}}",
            "'runtimeConfig':{'ips':['10.10.0.8/24']}");
    assertEquals(List.of("10.10.0.8/24"), addresses(request("a", both)));
  }

  @Test
  void validate_addressWithoutLength_isRefused() {
    CniException wrong =
        assertThrows(
            CniException.class,
            () ->
                fixed.validate(
                    request(
                        "a", config("{'type':'static'}", "'runtimeConfig':{'ips':['10.0.0.1']}"))));
    assertEquals(7, wrong.code());
    assertTrue(
        wrong.getMessage().contains("\"runtimeConfig.ips[0]\" is \"10.0.0.1\""),
        wrong.getMessage());
  }

  @Test
  void validate_badGateway_isRefused() {
    CniException wrong =
        assertThrows(
            CniException.class,
            () ->
                fixed.validate(
                    request("a", config("{'type':'static'}"))
                        .withArgs(CniArgs.parse("IP=10.0.0.1/24;GATEWAY=x"))));
    assertTrue(wrong.getMessage().contains("CNI_ARGS has GATEWAY=\"x\""), wrong.getMessage());
  }

  @Test
  void validate_noAddressAtAll_isRefused() {
    CniException wrong =
        assertThrows(
            CniException.class,
            () -> fixed.validate(request("a", config("{'type':'static','addresses':[]}"))));
    assertEquals(7, wrong.code());
    assertTrue(wrong.getMessage().contains("no address"), wrong.getMessage());
  }

  @Test
  void check_resultComplete_passes() {
    CniResult result = fixed.allocate(request("a", config(CONFIGURED)));
    assertDoesNotThrow(() -> fixed.check(after(result, request("a", config(CONFIGURED)))));
  }

  @Test
  void check_addressMissingInResult_fails() {
    CniResult result = fixed.allocate(request("a", config(CONFIGURED)));
    CniException wrong =
        assertThrows(
            CniException.class,
            () ->
                fixed.check(
                    after(
                        result.withAddresses(result.addresses().subList(0, 1)),
                        request("a", config(CONFIGURED)))));
    assertEquals(106, wrong.code());
    assertTrue(wrong.getMessage().contains("3ffe:ffff:0:1ff::1"), wrong.getMessage());
  }
}
