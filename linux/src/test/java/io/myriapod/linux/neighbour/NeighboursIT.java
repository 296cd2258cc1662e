package io.myriapod.linux.neighbour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@InNamespaces(kinds = "veth")
class NeighboursIT {
  @Test
  void set_thenDelete_isSeenAndGone(Netns pod) {
    pod.run("ip link add net1 type veth peer name far1; ip link set net1 up");
    MacAddress mac = MacAddress.parse("02:00:00:00:00:09");
    InetAddress address = IpAddresses.parse("10.1.2.9");
    try (NetworkNamespace namespace = NetworkNamespace.open(pod.path())) {
      int index = namespace.links().require("net1").index();
      Neighbours neighbours = namespace.neighbours();

      neighbours.set(index, address, mac);

      assertEquals(
          "02:00:00:00:00:09",
          pod.ip("neighbour show 10.1.2.9 dev net1").get(0).path("lladdr").asText());
      assertEquals(
          List.of(new NeighbourEntry(index, address, Optional.of(mac), NeighbourState.PERMANENT)),
          neighbours.list(index).stream().filter(e -> e.address().equals(address)).toList());

      neighbours.delete(index, address);

      assertEquals(0, pod.ip("neighbour show 10.1.2.9 dev net1").size());
    }
  }
}
