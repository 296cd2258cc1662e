package io.myriapod.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.namespace.NamespaceEvent;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@InNamespaces(kinds = "bridge")
class NodeIT {
  @Test
  void openHost_playedByANamespace_isThatOne(Netns node, Netns pod) {
    Node machine = new Node(Path.of("/"), Optional.of(node.path()));

    try (NetworkNamespace host = machine.openHost();
        NetworkNamespace inside = machine.open(pod.path());
        NetworkNamespace own = machine.open(Path.of("/proc/self/ns/net"))) {
      assertTrue(host.isNode());
      assertFalse(inside.isNode());
      assertFalse(own.isNode());
    }
  }

  @Test
  void id_afterAReboot_isAnother(Netns pod) {
    Node before = new Node(Path.of("/"), Optional.empty(), "boot-1");
    Node after = new Node(Path.of("/"), Optional.empty(), "boot-2");

    try (NetworkNamespace then = before.open(pod.path());
        NetworkNamespace now = after.open(pod.path())) {
      assertTrue(then.id().startsWith("boot-1:"));
      assertEquals(then.id().replace("boot-1", "boot-2"), now.id());
    }
  }

  @Test
  void openHost_notPlayed_isTheProcesssOwn() {
    try (NetworkNamespace host = Node.local().openHost()) {
      assertTrue(host.isNode());
      assertTrue(host.id().startsWith(Node.local().bootId()));
    }
  }

  /** In a namespace with other people's links no group is ever made: the events show none. */
  @Test
  void deleteTogether_inTheNodesNamespace_goesOneByOne(Netns node) {
    node.run("ip link add a0 type bridge; ip link add a1 type bridge");
    try (NetworkNamespace host = new Node(Path.of("/"), Optional.of(node.path())).openHost();
        NamespaceWatch watch = host.watch(NamespaceWatch.Topic.LINKS)) {
      Links links = host.links();

      assertEquals(
          Map.of(), links.deleteTogether(List.of(links.require("a0"), links.require("a1"))));

      assertEquals(List.of("lo"), links.list().stream().map(Link::name).toList());
      Optional<NamespaceEvent> event = watch.next(Duration.ofSeconds(20));
      while (event.isPresent()) {
        assertTrue(
            event.get() instanceof NamespaceEvent.LinkGone gone && gone.link().group() == 0,
            event::toString);
        event = watch.next(Duration.ZERO);
      }
    }
  }
}
