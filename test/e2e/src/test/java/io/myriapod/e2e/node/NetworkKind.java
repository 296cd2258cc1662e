package io.myriapod.e2e.node;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What kind of plugin attaches a pod. */
public enum NetworkKind {
  BRIDGE {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "bridge", "bridge": "br%d", "isDefaultGateway": %s, "ipMasq": true, %s}"""
          .formatted(number, number == 1, ipam(node, number));
    }
  },
  MACVLAN {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "macvlan", "master": "parent0", %s}"""
          .formatted(ipam(node, number));
    }
  },
  IPVLAN {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "ipvlan", "master": "parent0", %s}"""
          .formatted(ipam(node, number));
    }
  },
  /** Each pod has VLANs of its own: a parent has each number once. */
  VLAN {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "vlan", "master": "parent0", "vlanId": %d, %s}"""
          .formatted(2 * pod + number, ipam(node, number));
    }
  },
  /** Devices of the node: one pod has them at a time. */
  HOST_DEVICE {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "host-device", "device": "dev%d", %s}"""
          .formatted(number, ipam(node, number));
    }

    @Override
    void prepare(Netns node, Path root) {
      for (int number = 1; number <= 2; number++) {
        String device = "dev" + number;
        node.run("ip link add %s type veth peer name wire%d".formatted(device, number));
        node.run("ip link set wire%d up".formatted(number));
        node.run("ip link property add dev %s altname card%d".formatted(device, number));
        node.run("ip link set %s mtu 1400 txqueuelen 500 alias card promisc on".formatted(device));
        node.run("ip address add 10.63.%d.2/24 dev %s".formatted(number, device));
        node.run("ip link set %s up".formatted(device));
      }
    }

    @Override
    void namespaceDies(Netns node, Netns pod) {
      for (String name : List.of("eth0", "net1")) {
        if (pod.hasLink(name)) {
          pod.run("ip link set %s netns %s".formatted(name, node.name()));
        }
      }
    }
  },
  /**
   * Virtual functions, as a virtual machine has them: without a card in sight. A veth end is the
   * interface of each.
   */
  SRIOV {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "sriov", "deviceID": "0000:07:10.%d", "mac": "02:00:5e:07:10:0%d", "mtu": 1300, \
          "allmulti": true, %s}"""
          .formatted(number, number, ipam(node, number));
    }

    @Override
    void prepare(Netns node, Path root) {
      FakeSysfs sysfs = new FakeSysfs(root.resolve("sys"));
      for (int number = 1; number <= 2; number++) {
        String address = "0000:07:10." + number;
        sysfs.function(address, "0x8086", "0x1889", Optional.of("iavf"));
        sysfs.directory("bus/pci/devices/%s/net/vf%d".formatted(address, number));
        node.run("ip link add vf%d type veth peer name wire%d".formatted(number, number));
        node.run("ip link set wire%d up".formatted(number));
        node.run("ip link property add dev vf%d altname card%d".formatted(number, number));
      }
    }

    @Override
    List<String> agentOptions(Path root) {
      return List.of("-Dmyriapod.sys=" + root.resolve("sys"));
    }

    @Override
    void namespaceDies(Netns node, Netns pod) {
      HOST_DEVICE.namespaceDies(node, pod);
    }
  },
  /** An executable of somebody else; its state is a file per attachment. */
  FOREIGN {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "%s", "number": %d}"""
          .formatted(RECORDER, number);
    }
  },
  /** A built-in plugin with somebody else's IPAM. */
  FOREIGN_IPAM {
    @Override
    String plugin(PodNode node, int number, int pod) {
      return """
          {"type": "macvlan", "master": "parent0", "ipam": {"type": "%s"}}"""
          .formatted(RECORDER);
    }
  };

  /** Those whose links not every kernel has; they are tried in classes of their own. */
  public static final Set<NetworkKind> RARE = Set.of(IPVLAN, VLAN);

  static final String RECORDER = "recorder";

  /**
   * One plugin's configuration.
   *
   * @param number of the network, from 1: distinguishes bridges and subnets
   * @param pod from 0: whose it is
   */
  abstract String plugin(PodNode node, int number, int pod);

  /**
   * Makes what its plugins expect on the node besides {@code parent0}.
   *
   * @param root of the agent
   */
  void prepare(Netns node, Path root) {}

  /** Further options for the agent's JVM. */
  List<String> agentOptions(Path root) {
    return List.of();
  }

  /** What the kernel does with hardware, for veth ends that stand for some. */
  void namespaceDies(Netns node, Netns pod) {}

  /** Whether somebody else's executable takes part. */
  public boolean isForeign() {
    return this == FOREIGN || this == FOREIGN_IPAM;
  }

  private static String ipam(PodNode node, int number) {
    return """
        "ipam": {"type": "host-local", "ranges": [[
          {"subnet": "10.61.%d.0/24", "rangeStart": "10.61.%d.2", "rangeEnd": "10.61.%d.%d"}]]}"""
        .formatted(number, number, number, 1 + node.addresses());
  }

  /** The recorder, keeping a file per attachment. */
  static RecorderPlugin install(Path binaries, Path marks) {
    RecorderPlugin recorder = RecorderPlugin.install(binaries, RECORDER);
    recorder.answer("ADD", added(marks));
    recorder.answer("DEL", deleted(marks));
    return recorder;
  }

  private static Answer added(Path marks) {
    return Answer.prints(
            """
            {"cniVersion": "1.0.0", "ips": [{"address": "10.62.0.9/24"}]}
            """)
        .running(": >%s/$CNI_CONTAINERID-$CNI_IFNAME".formatted(marks));
  }

  /** Forgets the attachment. */
  static Answer deleted(Path marks) {
    return Answer.usual().running("rm -f %s/$CNI_CONTAINERID-$CNI_IFNAME".formatted(marks));
  }
}
