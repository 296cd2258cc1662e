package io.myriapod.kubernetes.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.types.IpAddresses;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkStatusJsonTest {

  @Test
  void encode_minimal_hasNameDefaultAndDns() {
    NetworkStatus minimal = NetworkStatus.minimal("ns/net", false);

    assertEquals(
        "[{\"name\":\"ns/net\",\"default\":false,\"dns\":{}}]",
        NetworkStatusJson.encode(List.of(minimal)).toString());
    assertEquals(
        List.of(minimal), NetworkStatusJson.decode(NetworkStatusJson.encode(List.of(minimal))));
  }

  @Test
  void encode_everything_hasKeysInTheirOrder() {
    var device = JsonNodeFactory.instance.objectNode().put("type", "pci").put("version", "1.1.0");
    var status =
        NetworkStatus.minimal("cbr0", true)
            .withInterface(
                "eth0",
                List.of(IpAddresses.parse("10.1.2.3"), IpAddresses.parse("fd00:0::3")),
                Optional.of("02:00:00:00:00:01"),
                Optional.of(1500))
            .withDns(new StatusDns(List.of("10.0.0.10"), "a.b", List.of("c"), List.of("ndots:5")))
            .withGateways(List.of(IpAddresses.parse("10.1.2.1")))
            .withInfinibandGuid(Optional.of("c2:11:22:33:44:55:66:77"))
            .withDeviceInfo(Optional.of(device));

    assertEquals(
        "[{\"name\":\"cbr0\",\"interface\":\"eth0\",\"ips\":[\"10.1.2.3\",\"fd00::3\"],"
            + "\"mac\":\"02:00:00:00:00:01\",\"mtu\":1500,\"default\":true,"
            + "\"dns\":{\"nameservers\":[\"10.0.0.10\"],\"domain\":\"a.b\",\"search\":[\"c\"],"
            + "\"options\":[\"ndots:5\"]},"
            + "\"device-info\":{\"type\":\"pci\",\"version\":\"1.1.0\"},"
            + "\"infiniband-guid\":\"c2:11:22:33:44:55:66:77\","
            + "\"gateway\":[\"10.1.2.1\"],\"default-route\":[\"10.1.2.1\"]}]",
        NetworkStatusJson.encode(List.of(status)).toString());
    assertEquals(
        List.of(status), NetworkStatusJson.decode(NetworkStatusJson.encode(List.of(status))));
  }

  @Test
  void status_macWithoutInterface_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new NetworkStatus(
                "n",
                Optional.empty(),
                List.of(),
                Optional.of("02:00:00:00:00:01"),
                Optional.empty(),
                false,
                StatusDns.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty()));
  }
}
