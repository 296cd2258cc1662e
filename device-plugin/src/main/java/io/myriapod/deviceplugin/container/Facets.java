package io.myriapod.deviceplugin.container;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.deviceplugin.container.ContainerGrant.Node;
import io.myriapod.linux.device.RdmaDevice;
import io.myriapod.linux.device.VdpaDevice;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All sides of a device in a container, read from the kernel at this moment. */
final class Facets {
  private static final String LOOK_AT_DEV = "look whether the agent sees the node's /dev";

  private final Sysfs sysfs;
  private final PciBus bus;
  private final DeviceFolder dev;
  private final VfioFiles vfio;

  Facets(Sysfs sysfs, Path devices) {
    this.sysfs = sysfs;
    this.bus = new PciBus(sysfs);
    this.dev = new DeviceFolder(devices);
    this.vfio = new VfioFiles(bus, dev);
  }

  /**
   * @throws GrantException if something is not there that its pool promises
   */
  List<Facet> of(PoolConfig pool, GrantedDevice granted) {
    Optional<String> now = sysfs.linkTarget(granted.path() + "/driver");
    boolean later = granted.driver().isPresent() && !granted.driver().equals(now);
    List<Facet> facets = new ArrayList<>();
    facets.add(new Facet("generic", Map.of("deviceID", granted.id().value()), List.of()));
    extra(pool, granted).ifPresent(facets::add);
    granted
        .driver()
        .or(() -> now)
        .flatMap(driver -> driven(granted, driver, later))
        .ifPresent(facets::add);
    granted
        .selector()
        .vdpaType()
        .ifPresentOrElse(
            type -> facets.add(vdpa(granted, type, later)),
            () -> {
              if (granted.wants(Selector::isRdma)) {
                facets.add(rdma(granted, later));
              }
            });
    if (granted.wants(Selector::needVhostNet)) {
      facets.add(vhost(granted));
    }
    return facets;
  }

  /** What the configuration says of every device, and of this one, which counts more. */
  private static Optional<Facet> extra(PoolConfig pool, GrantedDevice granted) {
    if (pool.additionalInfo().isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (String key : List.of(PoolConfig.EVERY_DEVICE, granted.id().value())) {
      values.putAll(pool.additionalInfo().getOrDefault(key, Map.of()));
    }
    return Optional.of(new Facet("extra", values, List.of()));
  }

  private Optional<Facet> driven(GrantedDevice granted, String driver, boolean later) {
    if (granted.device().isAuxiliary() || !DeviceTree.isForPrograms(driver)) {
      return Optional.empty();
    }
    return Optional.of(
        DeviceTree.isVfio(driver) ? vfio.of(granted, later) : uio(granted, driver, later));
  }

  private Facet uio(GrantedDevice granted, String driver, boolean later) {
    requireBound(granted, later, "its file below /dev");
    String file =
        bus.uioFileOf(granted.device().pci())
            .orElseThrow(
                () ->
                    new GrantException(
                        granted.id(),
                        "driver %s shows no file of it".formatted(driver),
                        "bind the driver anew; the kernel's log says why it refused"));
    Node node = dev.required(granted.id(), file, LOOK_AT_DEV);
    return new Facet("uio", Map.of("mount", node.container()), List.of(node));
  }

  /** What is numbered when a driver is bound cannot be foretold. */
  private static void requireBound(GrantedDevice granted, boolean later, String what) {
    if (later) {
      throw new GrantException(
          granted.id(),
          "%s is known only once driver %s is bound".formatted(what, granted.driver().orElse("")),
          "try again when the pod that has it is gone");
    }
  }

  private Facet rdma(GrantedDevice granted, boolean later) {
    requireBound(granted, later, "its RDMA device");
    List<RdmaDevice> found = RdmaDevice.of(sysfs, granted.path());
    if (found.isEmpty()) {
      throw new GrantException(
          granted.id(),
          "it has no RDMA device, and its pool says isRdma",
          "load the RDMA module of its driver, such as mlx5_ib or irdma");
    }
    List<Node> nodes = new ArrayList<>();
    for (RdmaDevice device : found) {
      if (device.uverbs().isEmpty()) {
        throw new GrantException(
            granted.id(),
            "RDMA device %s has no file for verbs".formatted(device.name()),
            "load the kernel module ib_uverbs");
      }
      device.files().forEach(file -> nodes.add(dev.required(granted.id(), file, LOOK_AT_DEV)));
    }
    Map<String, String> values = valuesOf(found.get(0));
    RdmaDevice.connectionManager(sysfs)
        .map(file -> dev.required(granted.id(), file, LOOK_AT_DEV))
        .ifPresent(
            node -> {
              nodes.add(node);
              values.put("rdma_cm", node.container());
            });
    return new Facet("rdma", values, nodes);
  }

  /** A device with several ports has several files of a kind; there is one key for each kind. */
  private static Map<String, String> valuesOf(RdmaDevice device) {
    Map<String, String> values = new HashMap<>();
    values.put("rdma_dev", device.name());
    device.uverbs().ifPresent(file -> values.put("uverbs", DeviceFolder.pathOf(file)));
    device.umads().stream()
        .findFirst()
        .ifPresent(file -> values.put("umad", DeviceFolder.pathOf(file)));
    device.issms().stream()
        .findFirst()
        .ifPresent(file -> values.put("issm", DeviceFolder.pathOf(file)));
    return values;
  }

  private Facet vdpa(GrantedDevice granted, VdpaType type, boolean later) {
    requireBound(granted, later, "its vDPA device");
    VdpaDevice device =
        VdpaDevice.of(sysfs, granted.path(), type.driver())
            .orElseThrow(
                () ->
                    new GrantException(
                        granted.id(),
                        "it has no vDPA device with driver " + type.driver(),
                        "make one with `vdpa dev add`, and bind that driver to it"));
    if (type == VdpaType.VIRTIO) {
      return new Facet("vdpa", Map.of(), List.of());
    }
    String file =
        device
            .vhostFile()
            .orElseThrow(
                () ->
                    new GrantException(
                        granted.id(),
                        "vDPA device %s has no file for programs".formatted(device.name()),
                        "bind driver %s to it anew".formatted(type.driver())));
    Node node = dev.required(granted.id(), file, LOOK_AT_DEV);
    return new Facet("vdpa", Map.of("mount", node.container()), List.of(node));
  }

  private Facet vhost(GrantedDevice granted) {
    Node net = dev.required(granted.id(), "vhost-net", "load the kernel module vhost_net");
    Node tun = dev.required(granted.id(), "net/tun", "load the kernel module tun");
    return new Facet(
        "vhost",
        Map.of("net-mount", net.container(), "tun-mount", tun.container()),
        List.of(net, tun));
  }
}
