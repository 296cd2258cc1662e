package io.myriapod.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.linux.devlink.Devlink;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NamespaceEvent;
import io.myriapod.linux.namespace.NamespaceEvent.AddressChanged;
import io.myriapod.linux.namespace.NamespaceEvent.AddressGone;
import io.myriapod.linux.namespace.NamespaceEvent.LinkChanged;
import io.myriapod.linux.namespace.NamespaceEvent.LinkGone;
import io.myriapod.linux.namespace.NamespaceEvent.RouteChanged;
import io.myriapod.linux.namespace.NamespaceEvent.RouteGone;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.linux.namespace.NamespaceWatch.Topic;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.uevent.Uevents;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pools of devices and their health are made of: told of the node, and of nobody else. */
@InNamespaces(kinds = "veth")
class NodeWatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Node machine;

  @BeforeEach
  void wire(Netns node) {
    node.run("ip link set lo up; ip link add up0 type veth peer name far0");
    node.run("ip link set up0 up; ip link set far0 up");
    machine = new Node(Path.of("/"), Optional.of(node.path()));
  }

  /** The first event of that kind with which the condition holds. */
  private static <T extends NamespaceEvent> T await(
      NamespaceWatch watch, Class<T> kind, Predicate<T> wanted) {
    return Waiting.untilPresent(
        PATIENCE,
        kind.getSimpleName(),
        () -> watch.next(PATIENCE).filter(kind::isInstance).map(kind::cast).filter(wanted));
  }

  private static Predicate<LinkChanged> isUp0(Predicate<Link> state) {
    return event -> event.link().name().equals("up0") && state.test(event.link());
  }

  /** The kernel tells of IPv6 when it pleases: what comes is gathered until all words are there. */
  private static void awaitAll(NamespaceWatch watch, String wanted) {
    Set<String> told = new TreeSet<>();
    Waiting.until(
        PATIENCE,
        wanted,
        () -> {
          watch.next(PATIENCE).flatMap(NodeWatchIT::word).ifPresent(told::add);
          return told.containsAll(List.of(wanted.split(" ")));
        });
  }

  private static Optional<String> word(NamespaceEvent event) {
    if (event instanceof AddressChanged changed) {
      return Optional.of("+" + changed.address().prefix());
    } else if (event instanceof AddressGone gone) {
      return Optional.of("-" + gone.address().prefix());
    } else if (event instanceof RouteChanged changed) {
      return Optional.of("+" + changed.route().destination());
    }
    return event instanceof RouteGone gone
        ? Optional.of("-" + gone.route().destination())
        : Optional.empty();
  }

  @Test
  void watch_carrierLostAndBack_isToldOfTheLink(Netns node) {
    try (NamespaceWatch watch = machine.watch(Topic.LINKS)) {
      node.run("ip link set far0 down");
      Link without = await(watch, LinkChanged.class, isUp0(link -> !link.hasLowerUp())).link();
      node.run("ip link set far0 up");
      Link with = await(watch, LinkChanged.class, isUp0(Link::hasLowerUp)).link();

      assertTrue(without.isUp());
      assertTrue(with.isUp());
    }
  }

  @Test
  void watch_linkDownUpAndGone_isTold(Netns node) {
    try (NamespaceWatch watch = machine.watch(Topic.LINKS)) {
      node.run("ip link set up0 down; ip link set up0 up; ip link del up0");

      await(watch, LinkChanged.class, isUp0(link -> !link.isUp()));
      await(watch, LinkChanged.class, isUp0(Link::isUp));
      assertEquals(
          "up0", await(watch, LinkGone.class, e -> e.link().name().equals("up0")).link().name());
    }
  }

  @Test
  void watch_addressComesAndGoes_isTold(Netns node) {
    try (NamespaceWatch watch = machine.watch(Topic.IPV4_ADDRESSES, Topic.IPV6_ADDRESSES)) {
      node.run("ip address add 10.1.0.1/24 dev up0; ip address add fd00::1/64 dev up0 nodad");
      node.run("ip address del 10.1.0.1/24 dev up0; ip address del fd00::1/64 dev up0");

      awaitAll(watch, "+10.1.0.1/24 +fd00::1/64 -10.1.0.1/24 -fd00::1/64");
    }
  }

  @Test
  void watch_defaultRouteComesAndGoes_isTold(Netns node) {
    node.run("ip address add 10.1.0.1/24 dev up0; ip address add fd00::1/64 dev up0 nodad");
    try (NamespaceWatch watch = machine.watch(Topic.IPV4_ROUTES, Topic.IPV6_ROUTES)) {
      node.run("ip route add default via 10.1.0.2; ip -6 route add default via fd00::2");
      node.run("ip route del default; ip -6 route del default");

      awaitAll(watch, "+0.0.0.0/0 +::/0 -0.0.0.0/0 -::/0");
    }
  }

  /** The IPv4 route goes without a word: the link's event is what there is to go by. */
  @Test
  void watch_linkOfTheDefaultRouteGoesDown_isToldOfTheLink(Netns node) {
    node.run("ip address add 10.1.0.1/24 dev up0; ip route add default via 10.1.0.2");
    try (NamespaceWatch watch = machine.watch(Topic.LINKS, Topic.IPV4_ROUTES)) {
      node.run("ip link set up0 down");

      await(watch, LinkChanged.class, isUp0(link -> !link.isUp()));

      try (NetworkNamespace host = machine.openHost()) {
        assertEquals(List.of(), host.routes().defaultRoutes());
      }
    }
  }

  @Test
  void watch_linkOfAPod_isNotTold(Netns node, Netns pod) {
    try (NamespaceWatch watch = machine.watch(Topic.LINKS)) {
      pod.run("ip link add net1 type veth peer name net2");
      node.run("ip link add last0 type veth peer name last1");

      List<String> wired = List.of("up0", "far0"); // they may still be settling
      Predicate<LinkChanged> isNew = event -> !wired.contains(event.link().name());
      Link first = await(watch, LinkChanged.class, isNew).link();

      assertTrue(first.name().startsWith("last"), first::toString);
    }
  }

  @Test
  void uevents_linkOfTheNode_isTold(Netns node) {
    try (Uevents uevents = machine.uevents()) {
      node.run("ip link add last0 type veth peer name last1");

      assertFalse(
          Waiting.untilPresent(
                  PATIENCE,
                  "add of last0",
                  () ->
                      uevents.await(PATIENCE).events().stream()
                          .filter(event -> event.name().equals("last0"))
                          .findFirst())
              .keys()
              .isEmpty());
    }
  }

  @Test
  void devlink_functionThatIsNot_isEmpty() {
    try (Devlink devlink = machine.devlink()) {
      assertEquals(Map.of(), devlink.runningVersions(new PciAddress("ffff:ff:1f.7")));
    }
  }
}
