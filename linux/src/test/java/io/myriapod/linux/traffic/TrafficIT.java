package io.myriapod.linux.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.InterfaceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every request as the kernel takes it, looked at by tc. */
@InNamespaces(
    kinds = {"veth", "ifb"},
    programs = "tc")
class TrafficIT {
  private static final TokenBucket BUCKET =
      TokenBucket.of(1_000_000, 10_000, Duration.ofMillis(25));

  private NetworkNamespace namespace;
  private Traffic traffic;
  private Link link;

  @BeforeEach
  void open(Netns node) {
    node.run("ip link add net1 type veth peer name far1; ip link set net1 up; ip link set far1 up");
    namespace = NetworkNamespace.open(node.path());
    traffic = namespace.traffic();
    link = namespace.links().require("net1");
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  @Test
  void limit_ofLink_isSeenByTcAndReadBack(Netns node) {
    traffic.limit(link, BUCKET);

    JsonNode shown = node.run("tc -j qdisc show dev net1").json().get(0);
    assertEquals("tbf", shown.path("kind").asText());
    assertEquals("1:", shown.path("handle").asText());
    assertEquals(1_000_000, shown.path("options").path("rate").asLong());
    assertEquals(10_000, shown.path("options").path("burst").asInt());
    assertEquals(25_000, shown.path("options").path("lat").asLong());
    assertEquals(
        Optional.of(new Qdisc("tbf", 0x1_0000, new Qdisc.Tbf(BUCKET))), traffic.root(link));
  }

  @Test
  void limit_above4GiBPerSecond_isReadBack() {
    TokenBucket fast = TokenBucket.of(5_000_000_000L, 1_000_000, Duration.ofMillis(25));

    traffic.limit(link, fast);

    assertEquals(new Qdisc.Tbf(fast), traffic.root(link).orElseThrow().details());
  }

  @Test
  void limit_otherRootThere_isRefusedInTheKernelsWords() {
    traffic.limit(link, BUCKET);

    ErrnoException e = assertThrows(ErrnoException.class, () -> traffic.limit(link, BUCKET));

    assertTrue(e.is(Errno.EEXIST));
    assertFalse(e.kernelText().isEmpty());
  }

  @Test
  void root_ofLinkThatWasNeverUp_isNone(Netns node) {
    node.run("ip link add net2 type veth peer name far2");

    assertEquals(Optional.empty(), traffic.root(namespace.links().require("net2")));
  }

  @Test
  void deleteRoot_ofLimited_bringsTheDefaultBack(Netns node) {
    traffic.limit(link, BUCKET);

    traffic.deleteRoot(link);

    assertEquals("noqueue", node.link("net1").path("qdisc").asText());
    assertTrue(traffic.root(link).orElseThrow().isDefault());
    assertTrue(assertThrows(ErrnoException.class, () -> traffic.deleteRoot(link)).is(Errno.ENOENT));
  }

  @Test
  void redirectIngress_toIfb_isSeenByTcAndReadBack(Netns node) {
    LinkSpec spec =
        LinkSpec.Ifb.named(new InterfaceName("ifb9")).withMtu(1400).withTxQueueLength(0);
    Link ifb = namespace.links().create(spec);
    assertEquals(Optional.empty(), traffic.ingress(link));

    traffic.addIngress(link);
    traffic.redirectIngress(link, ifb);

    JsonNode filters = node.run("tc -j filter show dev net1 ingress").json();
    JsonNode options = filters.get(filters.size() - 1).path("options");
    assertEquals("0", options.path("match").path("mask").asText());
    assertEquals(1, options.path("actions").size());
    assertEquals("redirect", options.path("actions").get(0).path("mirred_action").asText());
    assertEquals("ifb9", options.path("actions").get(0).path("to_dev").asText());
    assertEquals("ifb", node.link("ifb9").path("linkinfo").path("info_kind").asText());
    assertEquals(1400, node.link("ifb9").path("mtu").asInt());
    assertTrue(traffic.ingress(link).orElseThrow().isKind("ingress"));
    assertEquals(
        List.of(new IngressFilter("u32", 1, 3, true, Optional.of(ifb.index()))),
        traffic.ingressFilters(link));
  }

  @Test
  void ingressFilters_ofOthers_redirectNothing(Netns node) {
    node.run("tc qdisc add dev net1 clsact");
    node.run("tc filter add dev net1 ingress prio 7 protocol ip u32 match ip dst 10.0.0.1/32");

    IngressFilter filter = traffic.ingressFilters(link).get(0);

    assertEquals(new IngressFilter("u32", 7, 0x800, false, Optional.empty()), filter);
    assertTrue(traffic.ingress(link).orElseThrow().isKind("clsact"));
  }

  @Test
  void deleteIngress_withFilters_leavesNone(Netns node) {
    traffic.addIngress(link);
    traffic.redirectIngress(link, namespace.links().require("far1"));

    traffic.deleteIngress(link);

    assertEquals("", node.run("tc qdisc show dev net1 ingress").out());
    assertEquals(Optional.empty(), traffic.ingress(link));
    assertEquals(List.of(), traffic.ingressFilters(link));
    assertThrows(ErrnoException.class, () -> traffic.deleteIngress(link));
  }

  @Test
  void limit_linkGone_saysSo(Netns node) {
    node.run("ip link del net1");

    assertTrue(
        assertThrows(ErrnoException.class, () -> traffic.limit(link, BUCKET)).is(Errno.ENODEV));
    assertTrue(assertThrows(ErrnoException.class, () -> traffic.root(link)).is(Errno.ENODEV));
  }
}
