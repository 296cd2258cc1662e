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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * Brings devices home: from the pod's namespace if it is still that one, else from wherever on the
 * node the kernel has put them when the namespace died. A device that another attachment was given
 * meanwhile is left to that one.
 */
public final class DeviceUndo implements InverseHandler {
  private static final int ATTEMPTS = 3;

  /** How long a namespace that has died may take to let go of its hardware. */
  private static final Duration DYING = Duration.ofSeconds(2);

  private static final long LOOK_MILLIS = 50;

  private final Node node;
  private final DeviceTree tree;
  private final DeviceClaims claims;
  private final Lock lock;
  private final LastResort lastResort;

  /**
   * @param lock held by those, too, that change devices, while they decide and record
   */
  public DeviceUndo(
      Node node, DeviceTree tree, DeviceClaims claims, Lock lock, LastResort lastResort) {
    this.node = node;
    this.tree = tree;
    this.claims = claims;
    this.lock = lock;
    this.lastResort = lastResort;
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      try {
        undoPatiently(one).ifPresent(reason -> failures.put(one, reason));
      } catch (ErrnoException | NotAsBeforeException | IllegalArgumentException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }

  /** What does not come home by itself is fetched. */
  private Optional<String> undoPatiently(PendingInverse pending) {
    GivenDevice device = GivenDevice.from(pending.inverse());
    long end = System.nanoTime() + DYING.toNanos();
    Optional<String> away = undo(pending, device);
    while (away.isPresent() && System.nanoTime() - end < 0 && pause()) {
      away = undo(pending, device);
    }
    return away.isEmpty() ? away : fetched(pending, device, away.get());
  }

  private Optional<String> fetched(PendingInverse pending, GivenDevice device, String away) {
    Optional<PciAddress> pci = device.state().identity().parentDevice().flatMap(PciAddress::of);
    if (pci.isEmpty()) {
      return Optional.of(away);
    }
    Optional<String> failure = lastResort.fetch(pci.get());
    return failure.isPresent()
        ? Optional.of("%s; %s".formatted(away, failure.get()))
        : undo(pending, device);
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Optional<String> undo(PendingInverse pending, GivenDevice device) {
    lock.lock();
    try {
      return undoNow(pending, device);
    } finally {
      lock.unlock();
    }
  }

  /** Where it still is, if it is away. */
  private Optional<String> undoNow(PendingInverse pending, GivenDevice device) {
    if (claims.isTakenSince(pending.step(), device)) {
      return Optional.empty();
    }
    if (isChanging(device)) {
      return Optional.of(
          "bring \"%s\" home: a change of its driver has begun and is not finished"
              .formatted(device.state().name()));
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

  /** Without driver, for the moment, it looks as if there were nothing to bring home. */
  private boolean isChanging(GivenDevice device) {
    return device
        .state()
        .identity()
        .parentDevice()
        .flatMap(PciAddress::of)
        .filter(claims.journal().devices()::isUnfinished)
        .isPresent();
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
    return PciAddress.of(device).filter(tree::isDrivenByKernel).isPresent();
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
