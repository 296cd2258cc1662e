package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.InterfaceName;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.DeviceState;
import io.myriapod.vfio.given.GivenDevice;
import io.myriapod.vfio.given.Homecoming;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEL of a device of which the journal knows nothing: the reference plugin attached it, or the
 * journal is lost. What it was like is not known, but for its name: both plugins keep that in the
 * alias.
 */
final class UnknownDevice {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownDevice.class);

  private final Node node;
  private final DeviceTree tree;
  private final DeviceClaims claims;
  private final Lock lock;

  UnknownDevice(Node node, DeviceTree tree, DeviceClaims claims, Lock lock) {
    this.node = node;
    this.tree = tree;
    this.claims = claims;
    this.lock = lock;
  }

  /** Brings it home under its old name, down, without addresses; nothing if there is nothing. */
  void bringHome(PluginRequest request) {
    lock.lock();
    try {
      PodNamespace.ifThere(
          node,
          request,
          pod -> {
            try (NetworkNamespace host = node.openHost()) {
              bringHome(request, pod, host);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  private void bringHome(PluginRequest request, NetworkNamespace pod, NetworkNamespace host) {
    List<DeviceSelector> selectors = selectors(request);
    find(request, selectors, pod, host)
        .filter(link -> claims.youngest(device -> isIn(pod, link, device)).isEmpty())
        .ifPresent(link -> fetch(pod, link, host, selectors));
  }

  private static void fetch(
      NetworkNamespace pod, Link link, NetworkNamespace host, List<DeviceSelector> selectors) {
    try {
      Homecoming.fetch(pod, link, host, stateOf(link, selectors));
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL) || link.kind().isEmpty()) {
        throw e;
      }
      // of a kind that stays where it was made, so it never was the node's, whatever the pod says
      LOG.info("link \"{}\" stays in the pod: {}", link.name(), e.getMessage());
    }
  }

  private static List<DeviceSelector> selectors(PluginRequest request) {
    try {
      return HostDeviceConfig.selectors(request.config());
    } catch (CniException e) {
      return List.of(); // it may be another config than that of the ADD
    }
  }

  /**
   * By name hardware, which no pod can make; else what the config says, whatever it is called. A
   * link of software that looks like it may be the pod's own work, made after the device went home:
   * it is none that the node misses if the node has the device.
   */
  private Optional<Link> find(
      PluginRequest request,
      List<DeviceSelector> selectors,
      NetworkNamespace pod,
      NetworkNamespace host) {
    return pod.links()
        .find(request.interfaceName().value())
        .filter(UnknownDevice::isHardware)
        .or(() -> meant(selectors, pod))
        .filter(link -> isHardware(link) || isMissing(selectors, host));
  }

  private Optional<Link> meant(List<DeviceSelector> selectors, NetworkNamespace pod) {
    return selectors.isEmpty()
        ? Optional.empty()
        : GivenDevice.ofPod(pod.links()).stream()
            .filter(link -> !link.isLoopback() && isMeant(link, selectors))
            .findFirst();
  }

  private static boolean isHardware(Link link) {
    return !link.isLoopback() && link.kind().isEmpty();
  }

  private boolean isMissing(List<DeviceSelector> selectors, NetworkNamespace host) {
    return selectors.stream().allMatch(one -> one.candidates(host.links(), tree).isEmpty());
  }

  private boolean isMeant(Link link, List<DeviceSelector> selectors) {
    Optional<InterfaceName> oldName = oldName(link);
    boolean named =
        oldName.isPresent() && selectors.contains(new DeviceSelector.ByName(oldName.get().value()));
    return named
        || selectors.stream()
            .filter(one -> !(one instanceof DeviceSelector.ByName))
            .anyMatch(one -> one.means(stateOf(link, List.of()), tree));
  }

  private static boolean isIn(NetworkNamespace pod, Link link, GivenDevice device) {
    return device.namespaceId().equals(pod.id()) && device.is(link);
  }

  private static Optional<InterfaceName> oldName(Link link) {
    return name(link.alias());
  }

  private static Optional<InterfaceName> name(String text) {
    try {
      return Optional.of(new InterfaceName(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What it shall be like at home: as it is, but down, without addresses and alias. */
  private static DeviceState stateOf(Link link, List<DeviceSelector> selectors) {
    InterfaceName name =
        oldName(link)
            .or(() -> named(selectors))
            .or(() -> name(link.name()))
            .orElseGet(() -> new InterfaceName("dev" + link.index()));
    return DeviceState.of(link, name, List.of(), Instant.now()).down();
  }

  private static Optional<InterfaceName> named(List<DeviceSelector> selectors) {
    return selectors.stream()
        .filter(DeviceSelector.ByName.class::isInstance)
        .flatMap(one -> name(((DeviceSelector.ByName) one).name()).stream())
        .findFirst();
  }
}
