package io.myriapod.deviceplugin.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.linux.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever may make another device of one is heard. */
@InNamespaces(kinds = {"veth", "macvlan"})
class NodeWatchEventsIT {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final AtomicInteger heard = new AtomicInteger();
  private Node machine;
  private NodeWatch watch;

  @BeforeEach
  void wire(Netns node) {
    node.sysctl("net/ipv6/conf/default/accept_dad", "0"); // nothing to wait for
    node.run("ip link set lo up; ip link add eno1 type veth peer name far0");
    node.run("ip link set eno1 up; ip link set far0 up");
    node.run("ip address add 10.1.0.1/24 dev eno1; ip address add fd00::1/64 dev eno1 nodad");
    node.settle();
    machine = new Node(Path.of("/"), Optional.of(node.path()));
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip link set eno1 down",
        "ip link set far0 down",
        "ip link add m0 link eno1 type macvlan",
        "ip link del eno1",
        "ip address add 10.2.0.1/24 dev eno1",
        "ip address del fd00::1/64 dev eno1",
        "ip route add default via 10.1.0.2",
        "ip -6 route add default via fd00::2",
        "ip route add 10.9.0.0/16 dev eno1 table 77"
      })
  void start_changeOfTheNode_isHeard(String change, Netns node) {
    watch = NodeWatch.start(machine, heard::incrementAndGet);

    node.run(change);

    Waiting.until(LONG, change, () -> heard.get() > 0);
    assertTrue(heard.get() > 0);
  }

  /** Nothing but the device itself tells of it; devices and drivers come and go that way. */
  @Test
  void start_eventOfADevice_isHeard(Netns node) {
    watch = NodeWatch.start(machine, heard::incrementAndGet);

    node.run(
        "unshare --mount sh -c 'mount -t sysfs sysfs /sys"
            + " && echo change >/sys/class/net/eno1/uevent'");

    Waiting.until(LONG, "event of eno1", () -> heard.get() > 0);
    assertTrue(heard.get() > 0);
  }

  @Test
  void close_watch_hearsNoMore(Netns node) {
    watch = NodeWatch.start(machine, heard::incrementAndGet);
    watch.close();
    Waiting.until(
        LONG,
        "threads ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().matches("node-(links|devices)")));
    int before = heard.get();

    node.run("ip link set eno1 down");

    assertEquals(before, heard.get());
  }
}
