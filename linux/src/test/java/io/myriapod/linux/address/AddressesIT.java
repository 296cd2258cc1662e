package io.myriapod.linux.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.IpPrefix;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@InNamespaces(kinds = "veth")
class AddressesIT {
  private NetworkNamespace namespace;
  private Addresses addresses;
  private int index;

  @BeforeEach
  void open(Netns pod) {
    pod.run("ip link add net1 type veth peer name far1; ip link set far1 up");
    namespace = NetworkNamespace.open(pod.path());
    addresses = namespace.addresses();
    index = namespace.links().require("net1").index();
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  private static JsonNode only(Netns pod, String family) {
    return pod.ip(family + " address show dev net1 scope global").get(0).path("addr_info").get(0);
  }

  @Test
  void add_ipv4_hasBroadcastOfItsPrefix(Netns pod) {
    addresses.add(index, IpPrefix.parse("10.1.2.3/22"));

    JsonNode seen = only(pod, "-4");
    assertEquals("10.1.2.3", seen.path("local").asText());
    assertEquals(22, seen.path("prefixlen").asInt());
    assertEquals("10.1.3.255", seen.path("broadcast").asText());
    assertEquals("global", seen.path("scope").asText());
  }

  @Test
  void add_ipv4HostPrefix_hasNoBroadcast(Netns pod) {
    addresses.add(index, IpPrefix.parse("10.1.2.3/32"));

    assertFalse(only(pod, "-4").has("broadcast"));
  }

  @Test
  void add_twice_saysExists() {
    addresses.add(index, IpPrefix.parse("10.1.2.3/24"));

    assertTrue(
        assertThrows(
                ErrnoException.class, () -> addresses.add(index, IpPrefix.parse("10.1.2.3/24")))
            .is(Errno.EEXIST));
  }

  @Test
  void add_ipv6Nodad_isNotTentativeOnceUp(Netns pod) {
    addresses.add(
        index, IpPrefix.parse("fd00::3/64"), AddressFlag.NODAD, AddressFlag.NO_PREFIX_ROUTE);
    namespace.links().setUp(namespace.links().require("net1"));

    JsonNode seen = only(pod, "-6");
    assertTrue(seen.path("nodad").asBoolean(), seen::toString);
    assertTrue(seen.path("noprefixroute").asBoolean(), seen::toString);
    assertFalse(seen.has("tentative"), seen::toString);
    assertTrue(addresses.list(index).get(0).has(AddressFlag.NODAD));
  }

  @Test
  void add_ipv6OptimisticWithItsSysctl_isOptimistic(Netns pod) {
    namespace.sysctls().write(Sysctl.ofLink("ipv6", "net1", "optimistic_dad"), "1");
    namespace.links().setUp(namespace.links().require("net1"));

    addresses.add(index, IpPrefix.parse("fd00::3/64"), AddressFlag.OPTIMISTIC);

    assertTrue(only(pod, "-6").path("optimistic").asBoolean(), only(pod, "-6")::toString);
  }

  @Test
  void add_withLifetime_isSeen(Netns pod) {
    addresses.add(
        LinkAddress.on(index, IpPrefix.parse("fd00::4/64")).withLifetime(new Lifetime(500, 1000)));

    JsonNode seen = only(pod, "-6");
    assertTrue(Math.abs(seen.path("valid_life_time").asInt() - 1000) < 30, seen::toString);
    assertTrue(Math.abs(seen.path("preferred_life_time").asInt() - 500) < 30, seen::toString);
    assertTrue(addresses.list(index).get(0).lifetime().isPresent());
  }

  @Test
  void replace_withLifetime_changesTheOneThere() {
    IpPrefix prefix = IpPrefix.parse("10.1.2.3/24");
    addresses.add(index, prefix);

    addresses.replace(LinkAddress.on(index, prefix).withLifetime(new Lifetime(500, 1000)));

    assertEquals(1, addresses.list(index).size());
    assertTrue(addresses.list(index).get(0).lifetime().isPresent());
  }

  @Test
  void list_twoLinks_givesThoseOfTheOneAskedFor(Netns pod) {
    pod.run("ip address add 10.9.9.9/24 dev far1");
    addresses.add(index, IpPrefix.parse("10.1.2.3/24"));
    addresses.add(index, IpPrefix.parse("fd00::3/64"));

    assertEquals(
        List.of("10.1.2.3/24", "fd00::3/64"),
        addresses.list(index).stream().map(address -> address.prefix().toString()).toList());
    assertTrue(addresses.list().size() >= 3);
  }

  @Test
  void delete_there_isGone_andAgainSaysSo() {
    IpPrefix prefix = IpPrefix.parse("10.1.2.3/24");
    addresses.add(index, prefix);

    addresses.delete(index, prefix);

    assertEquals(List.of(), addresses.list(index));
    assertTrue(
        assertThrows(ErrnoException.class, () -> addresses.delete(index, prefix))
            .is(Errno.EADDRNOTAVAIL));
  }
}
