package io.myriapod.agent.topology;

import io.myriapod.agent.topology.Topology.Kind;
import io.myriapod.agent.topology.Topology.Leg;
import io.myriapod.agent.topology.Topology.Network;
import io.myriapod.agent.topology.Topology.Part;
import io.myriapod.agent.topology.Topology.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Nodes that nobody has. */
final class Sample {
  static final String CARD = "pci:0000:3b:00.0";

  private Sample() {}

  /** A node with an SR-IOV card, a bridge, a VLAN on a bond, and what goes wrong. */
  static Topology telco() {
    List<Part> parts =
        List.of(
            new Part(
                CARD,
                Kind.CARD,
                "ens1f0",
                List.of("0000:3b:00.0", "ice", "64 of 64 VFs"),
                List.of()),
            new Part(
                "pci:0000:18:00.0",
                Kind.CARD,
                "eno1",
                List.of("0000:18:00.0", "uplink of the node"),
                List.of()),
            new Part(
                "pci:0000:18:00.1", Kind.CARD, "eno2", List.of("0000:18:00.1", "down"), List.of()),
            new Part(
                "link:bond0",
                Kind.LINK,
                "bond0",
                List.of("bond"),
                List.of("pci:0000:18:00.0", "pci:0000:18:00.1")),
            new Part(
                "link:bond0.100",
                Kind.LINK,
                "bond0.100",
                List.of("vlan 100"),
                List.of("link:bond0")),
            new Part("link:cni0", Kind.LINK, "cni0", List.of("bridge"), List.of()),
            vf(0, "iavf"),
            vf(1, "iavf"),
            vf(2, "vfio-pci"),
            vf(3, "vfio-pci"),
            new Part(CARD + "/free/iavf", Kind.REST, "45 free", List.of("iavf"), List.of(CARD)),
            new Part(
                CARD + "/free/vfio-pci", Kind.REST, "14 free", List.of("vfio-pci"), List.of(CARD)));
    List<Network> networks =
        List.of(
            new Network("pods", List.of("bridge")),
            new Network("shop/control", List.of("vlan", "tuning")),
            new Network("shop/data", List.of("sriov")),
            new Network("shop/storage", List.of("macvlan")));
    return new Topology("worker-1", parts, networks, pods());
  }

  private static Part vf(int index, String driver) {
    String address = "0000:3b:02." + index;
    return new Part(
        "pci:" + address, Kind.FUNCTION, "VF " + index, List.of(address, driver), List.of(CARD));
  }

  private static List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    pods.add(
        new Pod(
            "shop/db-0",
            List.of(
                leg("eth0", "pods", "link:cni0", "10.10.0.2/24", "2001:db8:10::2/64"),
                leg("net1", "shop/storage", "pci:0000:18:00.0", "10.20.0.5/24"))));
    pods.add(
        new Pod(
            "shop/upf-0",
            List.of(
                leg("eth0", "pods", "link:cni0", "10.10.0.3/24", "2001:db8:10::3/64"),
                function(0, "10.30.0.10/24"),
                function(1, "10.30.0.11/24"),
                leg("net3", "shop/control", "link:bond0.100", "10.40.0.7/24"))));
    pods.add(
        new Pod(
            "shop/upf-1",
            List.of(
                leg("eth0", "pods", "link:cni0", "10.10.0.4/24", "2001:db8:10::4/64"),
                function(2),
                new Leg(
                    "net3",
                    Optional.of("shop/control"),
                    Optional.of("link:bond0.100"),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("is being attached")))));
    pods.add(new Pod("shop/trace", List.of(Leg.ofDevice("0000:3b:02.3", "pci:0000:3b:02.3"))));
    return pods;
  }

  private static Leg function(int index, String... addresses) {
    return new Leg(
        "net" + (1 + index % 2),
        Optional.of("shop/data"),
        Optional.of("pci:0000:3b:02." + index),
        List.of(addresses),
        addresses.length == 0 ? Optional.empty() : Optional.of("02:00:5e:00:00:0" + index),
        Optional.of("0000:3b:02." + index),
        Optional.empty());
  }

  static Leg leg(String name, String network, String part, String... addresses) {
    return new Leg(
        name,
        Optional.of(network),
        Optional.of(part),
        List.of(addresses),
        Optional.of("0a:58:0a:0a:00:02"),
        Optional.empty(),
        Optional.empty());
  }

  /** Many pods, each in each of some networks on one bridge. */
  static Topology crowd(int pods, int networks) {
    List<Network> all = new ArrayList<>();
    for (int i = 0; i < networks; i++) {
      all.add(new Network("shop/net-%03d".formatted(i), List.of("macvlan")));
    }
    List<Pod> crowd = new ArrayList<>();
    for (int i = 0; i < pods; i++) {
      List<Leg> legs = new ArrayList<>();
      for (int n = 0; n < networks; n++) {
        legs.add(
            leg(
                "net" + n,
                all.get(n).name(),
                "link:br0",
                "10.%d.%d.%d/16".formatted(n, i / 250, i % 250)));
      }
      crowd.add(new Pod("shop/pod-%04d".formatted(i), legs));
    }
    return new Topology(
        "crowded",
        List.of(new Part("link:br0", Kind.LINK, "br0", List.of("bridge"), List.of())),
        all,
        crowd);
  }

  /** Whose names are chosen by an enemy. */
  static Topology hostile() {
    String evil =
        "</text><script>alert(1)</script>&\"'%s\u0000\u001b[2J\u202e\ud800" + "x".repeat(500);
    return new Topology(
        evil,
        List.of(
            new Part(evil, Kind.CARD, evil, List.of(evil), List.of()),
            new Part("loop", Kind.LINK, "loop", List.of(), List.of("loop", "absent"))),
        List.of(new Network(evil, List.of(evil))),
        List.of(
            new Pod(
                evil,
                List.of(
                    new Leg(
                        evil,
                        Optional.of(evil),
                        Optional.of(evil),
                        List.of(evil),
                        Optional.of(evil),
                        Optional.of(evil),
                        Optional.of(evil)),
                    leg("net1", evil, "gone", "10.0.0.1/8")))));
  }
}
