package io.myriapod.linux.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a neighbour learns from the frames is the kernel's word that they are right. */
@InNamespaces(kinds = "veth")
class PacketSenderIT {
  private static final MacAddress NEW_MAC = MacAddress.parse("02:00:00:00:00:0b");

  private static void cable(Netns pod, Netns far) {
    pod.run(
        "ip link add net1 type veth peer name far1; ip link set far1 netns %s; ip link set net1 up"
            .formatted(far.name()));
    far.run(
        "ip link set far1 up; ip address add 10.1.2.1/24 dev far1;"
            + " ip address add fd00::1/64 dev far1 nodad;"
            + " ip neigh add 10.1.2.3 lladdr 02:00:00:00:00:0a dev far1 nud stale;"
            + " ip neigh add fd00::3 lladdr 02:00:00:00:00:0a dev far1 nud stale");
  }

  private static void send(Netns pod, byte[] frame) {
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path());
        PacketSender sender = namespace.packets(namespace.links().require("net1").index())) {
      sender.send(frame);
    }
  }

  private static void learned(Netns far, String address) {
    Waiting.until(
        Duration.ofSeconds(10),
        "the new MAC of " + address,
        () ->
            far.ip("neighbour show %s dev far1".formatted(address))
                .get(0)
                .path("lladdr")
                .asText()
                .equals(NEW_MAC.toString()));
  }

  @Test
  void send_arpAnnouncement_isLearned(Netns pod, Netns far) {
    cable(pod, far);

    send(pod, ArpFrame.announcement(NEW_MAC, (Inet4Address) IpAddresses.parse("10.1.2.3")));

    learned(far, "10.1.2.3");
  }

  @Test
  void send_unsolicitedAdvertisement_isLearned(Netns pod, Netns far) {
    cable(pod, far);

    send(
        pod,
        NeighbourAdvertisement.unsolicited(
            NEW_MAC, (Inet6Address) IpAddresses.parse("fd00::3"), true));

    learned(far, "fd00::3");
  }

  @Test
  void send_linkDown_saysSo(Netns pod, Netns far) {
    cable(pod, far);
    pod.run("ip link set net1 down");

    ErrnoException refused =
        assertThrows(
            ErrnoException.class,
            () ->
                send(
                    pod,
                    ArpFrame.announcement(NEW_MAC, (Inet4Address) IpAddresses.parse("10.1.2.3"))));

    assertTrue(refused.is(Errno.ENETDOWN));
    assertEquals("ENETDOWN", refused.getMessage().replaceFirst(".*: ", ""));
  }
}
