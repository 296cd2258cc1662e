package io.myriapod.base.hostdevice;

import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.given.DeviceState;
import java.util.List;
import java.util.Optional;

/** How a config names the device. */
sealed interface DeviceSelector {
  /** The key of the config, and its value as it is shown in messages. */
  String key();

  /** The links of the node that it may mean, the one to take first. */
  List<Link> candidates(Links links, DeviceTree tree);

  /** Whether a device that looked so on the node is the one meant. */
  boolean means(DeviceState state, DeviceTree tree);

  /** What to say if the node has no such link. */
  String absence(DeviceTree tree);

  /** {@code device}: the name of a link, or an alternative name. */
  record ByName(String name) implements DeviceSelector {
    @Override
    public String key() {
      return "device";
    }

    @Override
    public List<Link> candidates(Links links, DeviceTree tree) {
      return links.find(name).stream().toList();
    }

    @Override
    public boolean means(DeviceState state, DeviceTree tree) {
      return state.name().value().equals(name) || state.altNames().contains(name);
    }

    @Override
    public String absence(DeviceTree tree) {
      return "no link has that name";
    }

    @Override
    public String toString() {
      return "\"device\" \"%s\"".formatted(name);
    }
  }

  /** {@code hwaddr}: the present MAC address. A VLAN has its parent's: hardware goes first. */
  record ByMac(MacAddress mac) implements DeviceSelector {
    @Override
    public String key() {
      return "hwaddr";
    }

    @Override
    public List<Link> candidates(Links links, DeviceTree tree) {
      List<Link> all = links.withMac(mac);
      List<Link> hardware = all.stream().filter(link -> link.kind().isEmpty()).toList();
      return hardware.isEmpty() ? all : hardware;
    }

    @Override
    public boolean means(DeviceState state, DeviceTree tree) {
      return state.identity().mac().equals(Optional.of(mac));
    }

    @Override
    public String absence(DeviceTree tree) {
      return "no link has that MAC address";
    }

    @Override
    public String toString() {
      return "\"hwaddr\" \"%s\"".formatted(mac);
    }
  }

  /**
   * {@code kernelpath}: a directory of {@code /sys/devices}.
   *
   * @param path below {@code /sys}: {@code devices/pci0000:00/0000:00:19.0}
   */
  record ByKernelPath(String path) implements DeviceSelector {
    @Override
    public String key() {
      return "kernelpath";
    }

    @Override
    public List<Link> candidates(Links links, DeviceTree tree) {
      return tree.linksAt(path, links);
    }

    @Override
    public boolean means(DeviceState state, DeviceTree tree) {
      return tree.isAt(path, state.identity().parentDevice());
    }

    @Override
    public String absence(DeviceTree tree) {
      return tree.exists(path)
          ? "the device has no network interface"
          : "there is no such directory";
    }

    @Override
    public String toString() {
      return "\"kernelpath\" \"/sys/%s\"".formatted(path);
    }
  }

  /** {@code pciBusID}, or {@code runtimeConfig.deviceID} in its place. */
  record ByPci(String key, PciAddress pci) implements DeviceSelector {
    @Override
    public List<Link> candidates(Links links, DeviceTree tree) {
      return tree.linksOf(pci, links);
    }

    @Override
    public boolean means(DeviceState state, DeviceTree tree) {
      return tree.isAt(DeviceTree.pathOf(pci), state.identity().parentDevice());
    }

    @Override
    public String absence(DeviceTree tree) {
      if (!tree.exists(DeviceTree.pathOf(pci))) {
        return "there is no such PCI device";
      }
      return tree.driverOf(pci)
          .map("its driver \"%s\" shows no network interface on the node"::formatted)
          .orElse("no driver is bound to it");
    }

    @Override
    public String toString() {
      return "\"%s\" \"%s\"".formatted(key, pci);
    }
  }

  /** {@code runtimeConfig.deviceID} of the auxiliary bus: {@code mlx5_core.sf.4}. */
  record ByAuxiliary(String key, String id) implements DeviceSelector {
    @Override
    public List<Link> candidates(Links links, DeviceTree tree) {
      return tree.linksAt(DeviceTree.pathOfAuxiliary(id), links);
    }

    @Override
    public boolean means(DeviceState state, DeviceTree tree) {
      return state.identity().parentDevice().equals(Optional.of(id));
    }

    @Override
    public String absence(DeviceTree tree) {
      return tree.exists(DeviceTree.pathOfAuxiliary(id))
          ? "the device has no network interface"
          : "there is neither a PCI device nor an auxiliary device of that id";
    }

    @Override
    public String toString() {
      return "\"%s\" \"%s\"".formatted(key, id);
    }
  }
}
