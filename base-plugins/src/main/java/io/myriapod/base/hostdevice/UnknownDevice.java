package io.myriapod.base.hostdevice;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.InterfaceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * DEL of a device of which the journal knows nothing: the reference plugin attached it, or the
 * journal is lost. What it was like is not known, but for its name: both plugins keep that in the
 * alias.
 */
final class UnknownDevice {
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
    find(request, selectors, pod)
        .filter(link -> claims.youngest(device -> isIn(pod, link, device)).isEmpty())
        .ifPresent(link -> Homecoming.fetch(pod, link, host, stateOf(link, selectors)));
  }

  private static List<DeviceSelector> selectors(PluginRequest request) {
    try {
      return HostDeviceConfig.selectors(request.config());
    } catch (CniException e) {
      return List.of(); // it may be another config than that of the ADD
    }
  }

  /** By name what may have come from the node; by what the config says whatever it is called. */
  private Optional<Link> find(
      PluginRequest request, List<DeviceSelector> selectors, NetworkNamespace pod) {
    return pod.links()
        .find(request.interfaceName().value())
        .filter(link -> isOfTheNode(link) || isMeant(link, selectors))
        .or(() -> pod.links().list().stream().filter(link -> isMeant(link, selectors)).findFirst());
  }

  private static boolean isOfTheNode(Link link) {
    return !link.isLoopback() && (link.kind().isEmpty() || oldName(link).isPresent());
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
        oldName(link).or(() -> named(selectors)).orElseGet(() -> new InterfaceName(link.name()));
    return DeviceState.of(link, List.of(), Instant.now()).down(name);
  }

  private static Optional<InterfaceName> named(List<DeviceSelector> selectors) {
    return selectors.stream()
        .filter(DeviceSelector.ByName.class::isInstance)
        .flatMap(one -> name(((DeviceSelector.ByName) one).name()).stream())
        .findFirst();
  }
}
