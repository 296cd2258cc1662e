package io.myriapod.linux.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NamespaceWatch.Topic;
import io.myriapod.types.IpPrefix;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@InNamespaces(kinds = {"veth", "bridge"})
class NamespaceWatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The first event that the function wants. */
  private static <T> T await(NamespaceWatch watch, Function<NamespaceEvent, Optional<T>> wanted) {
    while (true) {
      NamespaceEvent event = watch.next(PATIENCE).orElseThrow();
      Optional<T> found = wanted.apply(event);
      if (found.isPresent()) {
        return found.get();
      }
    }
  }

  private static Optional<LinkAddress> settled(NamespaceEvent event, AddressFlag end) {
    return event instanceof NamespaceEvent.AddressChanged changed
            && changed.address().prefix().toString().equals("fd00::3/64")
            && (end == AddressFlag.TENTATIVE
                ? !changed.address().has(end)
                : changed.address().has(end))
        ? Optional.of(changed.address())
        : Optional.empty();
  }

  @Test
  void next_nothingHappens_isEmptyAfterTheTime(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NamespaceWatch watch = namespace.watch(Topic.LINKS)) {
      assertEquals(Optional.empty(), watch.next(Duration.ofMillis(1)));
    }
  }

  @Test
  void next_duplicateDetectionEnds_tells(Netns pod) {
    pod.run("ip link add net1 type veth peer name far1; ip link set far1 up; ip link set net1 up");
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NamespaceWatch watch = namespace.watch(Topic.IPV6_ADDRESSES)) {
      int index = namespace.links().require("net1").index();
      namespace.addresses().add(index, IpPrefix.parse("fd00::3/64"));

      LinkAddress address = await(watch, event -> settled(event, AddressFlag.TENTATIVE));

      assertEquals(index, address.linkIndex());
    }
  }

  @Test
  void next_duplicateFound_tellsThatItFailed(Netns pod, Netns far) {
    pod.run(
        "ip link add net1 type veth peer name far1; ip link set far1 netns %s; ip link set net1 up"
            .formatted(far.name()));
    far.run("ip link set far1 up; ip address add fd00::3/64 dev far1 nodad");
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NamespaceWatch watch = namespace.watch(Topic.IPV6_ADDRESSES)) {
      namespace
          .addresses()
          .add(namespace.links().require("net1").index(), IpPrefix.parse("fd00::3/64"));

      assertTrue(
          await(watch, event -> settled(event, AddressFlag.DAD_FAILED)).has(AddressFlag.TENTATIVE));
    }
  }

  @Test
  void next_portLeavesBridge_isNoLinkGone(Netns pod) {
    pod.run(
        "ip link add net1 type veth peer name far1; ip link add br0 type bridge;"
            + " ip link set net1 master br0");
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NamespaceWatch watch = namespace.watch(Topic.LINKS)) {
      pod.run("ip link set net1 nomaster; ip link del net1");

      Link gone =
          await(
              watch,
              event ->
                  event instanceof NamespaceEvent.LinkGone g
                      ? Optional.of(g.link())
                      : Optional.empty());

      assertEquals(Optional.empty(), gone.masterIndex());
    }
  }

  @Test
  void next_routeAdded_tells(Netns pod) {
    pod.run("ip link set lo up");
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NamespaceWatch watch = namespace.watch(Topic.IPV4_ROUTES)) {
      pod.run("ip route add 10.9.0.0/16 dev lo");

      String destination =
          await(
              watch,
              event ->
                  event instanceof NamespaceEvent.RouteChanged changed
                      ? Optional.of(changed.route().destination().toString())
                      : Optional.empty());

      assertEquals("10.9.0.0/16", destination);
    }
  }

  @Test
  void next_moreThanFits_saysMissed(Netns pod) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        NamespaceWatch watch = namespace.watch(Topic.LINKS)) {
      // a link message takes 1.5 KiB and more of the socket's buffer of 1 MiB (doubled by Linux)
      pod.run("for i in $(seq 4000); do echo link set lo mtu $((20000 + i)); done | ip -batch -");

      NamespaceEvent missed =
          await(watch, event -> Optional.of(event).filter(NamespaceEvent.Missed.class::isInstance));

      assertEquals(new NamespaceEvent.Missed(), missed);
    }
  }
}
