package io.myriapod.base.hostdevice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.OpenRecord;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A host-device plugin on a node that is a namespace of the test. */
final class HostDeviceLab extends PluginLab {
  static final String MAC = "02:00:00:00:00:11";
  private static final String NETWORK = "storage";

  final HostDevicePlugin plugin;
  private final Netns hostNetns;
  private final Path sys;

  /** With a device {@code dev0} on the node that has a value of its own for everything. */
  HostDeviceLab(Netns node, Netns pod, Path temp) {
    super(node, pod, temp, NETWORK);
    this.hostNetns = node;
    this.sys = temp.resolve("sys");
    Lock lock = new ReentrantLock();
    this.plugin =
        new HostDevicePlugin(
            this.node, journal, ipam, addressing, lock, (holder, patience) -> {}, new Sysfs(sys));
    Places places = new Places(sys, temp.resolve("dev"), temp.resolve("run"));
    undoWith(new VirtualFunctions(this.node, journal, places, lock).inverseHandlers());
    node.sysctl("net/ipv6/conf/default/dad_transmits", "0"); // else each test waits for it
    node.run("ip link add dev0 type veth peer name wire0; ip link set wire0 up");
    node.run("ip link set dev0 address " + MAC + " mtu 1400 txqueuelen 500 alias 'storage card'");
    node.run("ip link property add dev dev0 altname storage-card altname enp1s0");
    node.run("ip link set dev0 promisc on allmulticast on group 7 up");
    node.run("ip addr add 10.7.0.2/24 brd + dev dev0; ip addr add 10.7.0.3/24 dev dev0");
    node.run(
        "ip addr add fd00:7::2/64 dev dev0 nodad; ip addr add 10.8.0.2 peer 10.8.0.1 dev dev0");
  }

  static NetworkConfig config(String keys) {
    return config(NETWORK, HostDevicePlugin.TYPE, keys);
  }

  CniResult add(String keys) {
    return add(request("net1", keys));
  }

  /** A finished attachment whose result has that link of the node. */
  void attachedBy(String container, String hostLink) {
    AttachmentKey key = new AttachmentKey(new ContainerId(container), new InterfaceName("eth0"));
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putArray("interfaces").addObject().put("name", hostLink);
    try (OpenRecord record = journal.begin(key, JsonNodeFactory.instance.objectNode())) {
      record.fact("result", result);
      record.done();
    }
  }

  /** A PCI device of the fake sysfs, with that driver and those links. */
  void pciDevice(String address, String driver, String... links) {
    try {
      Path device = Files.createDirectories(sys.resolve("bus/pci/devices/" + address));
      for (String link : links) {
        Files.createDirectories(device.resolve(link));
      }
      if (!driver.isEmpty()) {
        Files.createDirectories(sys.resolve("bus/pci/drivers/" + driver));
        Files.deleteIfExists(device.resolve("driver"));
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../drivers/" + driver));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("make a PCI device", e);
    }
  }

  /** A physical function of the fake sysfs that has so many virtual ones. */
  void card(String address, int virtual, String link) {
    FakeSysfs fake = new FakeSysfs(sys).driver("igbvf", "0x10ca").physical(address, 7);
    fake.written("bus/pci/devices/" + address + "/sriov_numvfs", Integer.toString(virtual));
    sysDirectory("bus/pci/devices/" + address + "/" + link);
  }

  /** A directory of the fake sysfs. */
  void sysDirectory(String path) {
    try {
      Files.createDirectories(sys.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException("make a device", e);
    }
  }

  /**
   * All that {@code ip -d -j address} shows of a link on the node, but its index and its queueing
   * discipline, of which a link that is down and has moved has none.
   */
  JsonNode picture(String link) {
    Waiting.until(
        Duration.ofSeconds(20),
        "the link-local address of " + link,
        () -> !isUp(link) || hasLinkLocal(link));
    hostNetns.settle();
    ObjectNode shown = (ObjectNode) hostNetns.ip("-d address show dev " + link).get(0);
    shown.remove(List.of("qdisc", "ifindex", "link_index", "link", "link_netnsid"));
    return shown;
  }

  private boolean hasLinkLocal(String link) {
    return hostNetns.addresses(link).stream().anyMatch(address -> address.startsWith("fe80:"));
  }

  private boolean isUp(String link) {
    return hostNetns.link(link).get("flags").toString().contains("\"UP\"");
  }

  @Override
  protected HostDevicePlugin plugin() {
    return plugin;
  }

  @Override
  protected NetworkConfig configOf(String keys) {
    return config(keys);
  }
}
