package io.myriapod.deviceplugin;

import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.device.NodeWatch;
import io.myriapod.deviceplugin.kubelet.KubeletFront;
import io.myriapod.deviceplugin.kubelet.Registration;
import io.myriapod.deviceplugin.pool.DevicePools;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pools that follow the node: whenever the kernel tells of a change, or somebody else does, the
 * devices are looked at anew, and the kubelet hears what is another than before.
 */
public final class DevicePlugin implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevicePlugin.class);

  private final Node node;
  private final DevicePools pools;
  private final KubeletFront front;
  private final PoolFiles files;
  private final Signal signal;
  private final Thread thread = new Thread(this::follow, "device-pools");
  private boolean filesAreTrue;
  private volatile Optional<NodeWatch> watch = Optional.empty();
  private volatile boolean closed;

  public DevicePlugin(
      Node node, DevicePools pools, KubeletFront front, PoolFiles files, Signal signal) {
    this.node = node;
    this.pools = pools;
    this.front = front;
    this.files = files;
    this.signal = signal;
    thread.setDaemon(true);
  }

  /** Begins with these pools; once. */
  public synchronized void start(List<PoolConfig> first) {
    watch = watch();
    pools.configure(first);
    startFiles();
    front.start(pools.pools());
    thread.start();
  }

  /** Before the node was seen nobody knows which files are needed. */
  private void startFiles() {
    if (!filesAreTrue && pools.isSeen()) {
      files.start(pools);
      filesAreTrue = true;
    }
  }

  /** Without its events the node is still looked at from time to time. */
  private Optional<NodeWatch> watch() {
    try {
      return Optional.of(NodeWatch.start(node, signal::raise));
    } catch (ErrnoException e) {
      LOG.warn(
          "listen to the kernel: {}; devices are looked at every {} s",
          e.getMessage(),
          Signal.LONGEST_PAUSE.toSeconds());
      return Optional.empty();
    }
  }

  /** Takes other pools, at once. */
  public synchronized void configure(List<PoolConfig> next) {
    Set<ResourceName> changed = pools.configure(next);
    startFiles();
    if (pools.isSeen()) {
      files.configured(pools);
    }
    front.setPools(pools.pools());
    changed.forEach(front::changed);
  }

  /** Something may have changed that the kernel does not tell of: who has a device. */
  public void stir() {
    signal.raise();
  }

  private void follow() {
    while (!closed) {
      try {
        signal.await();
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) { // a thread that cannot be had is no end of looking
        LOG.error("look after the pools", e);
      }
    }
  }

  private synchronized void look() {
    long start = System.nanoTime();
    Set<ResourceName> changed = pools.refresh();
    signal.restFor(Duration.ofNanos(System.nanoTime() - start));
    startFiles();
    files.changed(pools, changed);
    front.setPools(pools.pools());
    changed.forEach(front::changed);
  }

  public DevicePools pools() {
    return pools;
  }

  /** What the kubelet knows of each resource. */
  public List<Registration> registrations() {
    return front.registrations();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    watch.ifPresent(NodeWatch::close);
    front.close();
  }
}
