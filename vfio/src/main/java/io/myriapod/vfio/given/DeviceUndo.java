package io.myriapod.vfio.given;

import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.namespace.NotANetworkNamespaceException;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Brings devices home: from the pod's namespace if it is still that one, else from wherever on the
 * node the kernel has put them when the namespace died. A device that another attachment was given
 * meanwhile is left to that one.
 */
public final class DeviceUndo implements InverseHandler {
  private static final int ATTEMPTS = 3;

  private final Node node;
  private final DeviceTree tree;
  private final DeviceClaims claims;
  private final Lock lock;

  public DeviceUndo(Node node, DeviceTree tree, DeviceClaims claims, Lock lock) {
    this.node = node;
    this.tree = tree;
    this.claims = claims;
    this.lock = lock;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      lock.lock();
      try {
        undo(one).ifPresent(reason -> failures.put(one, reason));
      } catch (ErrnoException | IllegalArgumentException e) {
        failures.put(one, e.getMessage());
      } finally {
        lock.unlock();
      }
    }
    return failures;
  }

  private Optional<String> undo(PendingInverse pending) {
    GivenDevice device = GivenDevice.from(pending.inverse());
    if (claims.isTakenSince(pending.step(), device)) {
      return Optional.empty();
    }
    try (NetworkNamespace host = node.openHost()) {
      Optional<NetworkNamespace> pod = openPod(device);
      try {
        return bringHome(device, pod, host);
      } finally {
        pod.ifPresent(NetworkNamespace::close);
      }
    }
  }

  /** A name that is taken between a look and a move is looked for again. */
  private Optional<String> bringHome(
      GivenDevice device, Optional<NetworkNamespace> pod, NetworkNamespace host) {
    for (int attempt = 1; ; attempt++) {
      try {
        return tryToBringHome(device, pod, host);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EEXIST) && !e.is(Errno.ENODEV) || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Optional<String> tryToBringHome(
      GivenDevice device, Optional<NetworkNamespace> pod, NetworkNamespace host) {
    Optional<Link> inPod = pod.flatMap(namespace -> device.inPod(namespace.links()));
    if (inPod.isPresent()) {
      Homecoming.fetch(pod.orElseThrow(), inPod.get(), host, device.state());
      return Optional.empty();
    }
    Optional<Link> onNode = device.onNode(host.links());
    if (onNode.isPresent()) {
      Homecoming.restore(host, onNode.get(), device.state());
      return Optional.empty();
    }
    return stillToCome(device.state());
  }

  /**
   * Hardware outlives the namespace, which may take a while to die, or be inside another one that
   * does. A link of software died with it; and so did one whose driver has let go.
   */
  private Optional<String> stillToCome(DeviceState state) {
    return state
        .identity()
        .parentDevice()
        .filter(device -> state.identity().isHardware() && isDriven(device))
        .map(
            device ->
                "bring \"%s\" home: its device %s is neither in the pod nor on the node yet"
                    .formatted(state.name(), device));
  }

  private boolean isDriven(String device) {
    return PciAddress.of(device)
        .filter(pci -> tree.driverOf(pci).isPresent() && tree.userspaceDriverOf(pci).isEmpty())
        .isPresent();
  }

  /** The pod's namespace, if it is found at its path and is that one. */
  private Optional<NetworkNamespace> openPod(GivenDevice device) {
    try {
      NetworkNamespace pod = node.open(Path.of(device.netns()));
      if (pod.id().equals(device.namespaceId()) && !pod.isNode()) {
        return Optional.of(pod);
      }
      pod.close();
      return Optional.empty();
    } catch (NotANetworkNamespaceException e) {
      return Optional.empty(); // an unmounted bind mount leaves a plain file behind
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
