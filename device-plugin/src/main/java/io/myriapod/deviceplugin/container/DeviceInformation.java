package io.myriapod.deviceplugin.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.config.Selector;
import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.linux.device.AuxiliaryDevice;
import io.myriapod.linux.device.RdmaDevice;
import io.myriapod.linux.device.VdpaDevice;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What is told of devices to the plugins of networks and to the pod's status. Device Information
 * Specification 1.1.0, types {@code pci} and {@code vdpa}. Of a subfunction that is no vDPA device
 * nothing is told: the specification has no words for it.
 *
 * <p>A file is written when a container gets its device, and stays as long as the device is offered
 * or a pod has it: pods outlive the agent.
 */
public final class DeviceInformation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Sysfs sysfs;
  private final DeviceInfoFiles files;

  public DeviceInformation(Sysfs sysfs, DeviceInfoFiles files) {
    this.sysfs = sysfs;
    this.files = files;
  }

  /**
   * Has the files say what these devices are now, before their container is made.
   *
   * @throws IOException if one of them cannot be written
   */
  public void publish(ResourceName resource, Collection<GrantedDevice> devices) throws IOException {
    for (GrantedDevice device : devices) {
      Optional<ObjectNode> info = of(device);
      if (info.isPresent()) {
        files.writeOfPool(resource.toString(), device.id(), info.get());
      } else {
        remove(resource, device.id());
      }
    }
  }

  /** Removes what is told of a device that nobody has and no pool offers any more. */
  public void remove(ResourceName resource, DeviceId device) throws IOException {
    DeviceInfoFiles.remove(files.fileOfPool(resource.toString(), device));
  }

  /**
   * Removes what was told of devices by agents before this one, except of those that are offered
   * and of those that pods have. Files of resources with other prefixes are other device plugins'.
   *
   * @param offered the devices of each pool; those of a pool that has none now belong here as well
   * @param held whether a pod has it, of whatever resource
   * @throws IOException if some could not be removed; the others are
   */
  public void removeAllBut(Map<ResourceName, Set<DeviceId>> offered, Predicate<DeviceId> held)
      throws IOException {
    Set<Path> kept = new HashSet<>();
    offered.forEach(
        (resource, devices) ->
            devices.forEach(device -> kept.add(files.fileOfPool(resource.toString(), device))));
    List<String> prefixes = offered.keySet().stream().map(ResourceName::prefix).toList();
    List<IOException> failures = new ArrayList<>();
    for (Path file : files.filesOfPools()) {
      List<DeviceId> meant = DeviceInfoFiles.devicesOf(file, prefixes);
      if (meant.stream().anyMatch(DeviceInformation::isOnABus)
          && meant.stream().noneMatch(held)
          && !kept.contains(file)) {
        try {
          DeviceInfoFiles.remove(file);
        } catch (IOException e) {
          failures.add(e);
        }
      }
    }
    if (!failures.isEmpty()) {
      failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
      throw failures.get(0);
    }
  }

  private static boolean isOnABus(DeviceId device) {
    return device.pci().isPresent() || AuxiliaryDevice.isName(device.value());
  }

  /** What is known of a device; empty if the specification has no words for it. */
  Optional<ObjectNode> of(GrantedDevice granted) {
    Optional<VdpaType> vdpa = granted.selector().vdpaType();
    return vdpa.isPresent() ? vdpa(granted, vdpa.get()) : pci(granted);
  }

  private Optional<ObjectNode> pci(GrantedDevice granted) {
    NodeDevice device = granted.device();
    if (device.isAuxiliary()) {
      return Optional.empty();
    }
    ObjectNode info = info("pci");
    ObjectNode pci = info.putObject("pci").put("pci-address", device.pci().value());
    if (granted.wants(Selector::needVhostNet)) {
      pci.put("vhost-net", DeviceFolder.pathOf("vhost-net"));
    }
    if (granted.wants(Selector::isRdma)) {
      RdmaDevice.of(sysfs, granted.path()).stream()
          .findFirst()
          .ifPresent(rdma -> pci.put("rdma-device", rdma.name()));
    }
    putPhysical(device, pci);
    return Optional.of(info);
  }

  private Optional<ObjectNode> vdpa(GrantedDevice granted, VdpaType type) {
    return VdpaDevice.of(sysfs, granted.path(), type.driver())
        .map(
            one -> {
              ObjectNode info = info("vdpa");
              ObjectNode vdpa = info.putObject("vdpa").put("parent-device", one.name());
              vdpa.put("driver", type.word());
              pathOf(one).ifPresent(path -> vdpa.put("path", path));
              if (!granted.device().isAuxiliary()) {
                vdpa.put("pci-address", granted.device().pci().value());
              }
              putPhysical(granted.device(), vdpa);
              return info;
            });
  }

  /** Of what the kernel made of it: a file for programs, or a virtio device. */
  private Optional<String> pathOf(VdpaDevice device) {
    return device
        .vhostFile()
        .map(DeviceFolder::pathOf)
        .or(
            () ->
                sysfs.list("bus/vdpa/devices/" + device.name()).stream()
                    .filter(name -> name.matches("virtio\\d{1,9}"))
                    .findFirst()
                    .map(name -> "/sys/bus/virtio/devices/" + name));
  }

  private void putPhysical(NodeDevice device, ObjectNode body) {
    device
        .physical()
        .ifPresent(
            physical -> {
              body.put("pf-pci-address", physical.pci().value());
              representorOf(physical.pci(), (device.isAuxiliary() ? "sf" : "vf") + physical.index())
                  .ifPresent(name -> body.put("representor-device", name));
            });
  }

  /**
   * The interface on the node that stands for a function, which the physical one has in switchdev
   * mode. Documentation/networking/devlink/devlink-port.rst; {@code phys_port_name} ends with the
   * function. A card that has several such ones does not say which.
   */
  private Optional<String> representorOf(PciAddress physical, String function) {
    String folder = DeviceTree.pathOf(physical) + "/net";
    Pattern port = Pattern.compile("pf\\d+" + function);
    List<String> names =
        sysfs.list(folder).stream()
            .filter(
                name ->
                    sysfs
                        .answer("%s/%s/phys_port_name".formatted(folder, name))
                        .filter(port.asMatchPredicate())
                        .isPresent())
            .toList();
    return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
  }

  private static ObjectNode info(String type) {
    return JSON.createObjectNode().put("type", type).put("version", DeviceInfoFiles.VERSION);
  }
}
