package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.deviceplugin.pool.Pool;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools of this node as the kubelet sees them: each is served at its own socket, announced, and
 * announced again whenever the kubelet has lost it. Safe for use by many threads.
 */
public final class KubeletFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeletFront.class);

  private final KubeletSockets sockets;
  private final KubeletSettings settings;
  private final KubeletListener listener;
  private final Map<ResourceName, PoolEndpoint> endpoints = new ConcurrentSkipListMap<>();
  private final ThreadPoolExecutor refreshing =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(), // one entry a pool, see PoolServer.changed
          task -> daemon(task, "device-lists"),
          new ThreadPoolExecutor.DiscardPolicy());
  private boolean started;
  private volatile boolean closed;

  /**
   * Does nothing yet.
   *
   * @param sockets outlive it
   */
  public KubeletFront(KubeletSockets sockets, KubeletSettings settings, KubeletListener listener) {
    this.sockets = sockets;
    this.settings = settings;
    this.listener = listener;
    refreshing.allowCoreThreadTimeOut(true);
  }

  /** Serves these pools from now on; called once. */
  public synchronized void start(List<Pool> pools) {
    if (started || closed) {
      throw new IllegalStateException("serve the kubelet: it was started or closed already");
    }
    started = true;
    Listening.deleteHidden(settings.folder().pluginsRegistry());
    Listening.deleteHidden(settings.folder().devicePlugins());
    setPools(pools);
    daemon(this::watch, "kubelet-watch").start();
  }

  /**
   * Serves these pools and no others. Of a resource that is served already only the pool is
   * replaced. Of one that goes, the kubelet gets an empty list, for which it has some seconds.
   *
   * @throws IllegalArgumentException if two of them are of the same resource
   */
  public synchronized void setPools(List<Pool> pools) {
    requireStarted();
    Map<ResourceName, Pool> wanted = new TreeMap<>();
    for (Pool pool : pools) {
      if (wanted.put(pool.resource(), pool) != null) {
        throw new IllegalArgumentException("two pools are of resource " + pool.resource());
      }
    }
    List.copyOf(endpoints.keySet()).stream()
        .filter(resource -> !wanted.containsKey(resource))
        .forEach(this::remove);
    wanted.values().forEach(this::add);
  }

  /** Serves a pool, or replaces the one of this resource. */
  public synchronized void add(Pool pool) {
    requireStarted();
    PoolEndpoint present = endpoints.get(pool.resource());
    if (present == null) {
      PoolEndpoint endpoint = new PoolEndpoint(pool, settings, sockets, listener);
      endpoints.put(pool.resource(), endpoint);
      endpoint.look(System.nanoTime(), kubelet());
      return;
    }
    boolean sameOptions = present.server().pool().needsPreStart() == pool.needsPreStart();
    present.server().replace(pool);
    if (!sameOptions) {
      present.announceAgain();
    }
  }

  /** Serves that resource no more; the kubelet is told that it has no devices. */
  public synchronized void remove(ResourceName resource) {
    PoolEndpoint endpoint = endpoints.remove(resource);
    if (endpoint != null) {
      endpoint.end(true);
      LOG.info("{} is served no more", resource);
    }
  }

  /** The pool's devices may have changed. Cheap; may be called from any thread, and often. */
  public void changed(ResourceName resource) {
    Optional.ofNullable(endpoints.get(resource))
        .ifPresent(endpoint -> endpoint.server().changed(refreshing));
  }

  /** What the kubelet knows of each resource, in their order. */
  public List<Registration> registrations() {
    return endpoints.values().stream().map(PoolEndpoint::registration).toList();
  }

  private void requireStarted() {
    if (!started || closed) {
      throw new IllegalStateException("serve pools to the kubelet: not started, or closed");
    }
  }

  private void watch() {
    try (FolderWatch folders =
        new FolderWatch(
            List.of(
                settings.folder().root(),
                settings.folder().devicePlugins(),
                settings.folder().pluginsRegistry()))) {
      while (!closed) {
        folders.begin();
        Optional<SocketIdentity> kubelet = kubelet();
        endpoints.values().forEach(endpoint -> look(endpoint, kubelet));
        folders.await(settings.timing().look());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void look(PoolEndpoint endpoint, Optional<SocketIdentity> kubelet) {
    try {
      endpoint.look(System.nanoTime(), kubelet);
    } catch (RuntimeException e) {
      LOG.error("look after {}", endpoint.server().resource(), e);
    }
  }

  private Optional<SocketIdentity> kubelet() {
    return SocketIdentity.at(settings.folder().kubeletSocket());
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Ends all servers and deletes their sockets. The kubelet keeps its count of the devices, as
   * unfit, until the next agent registers them.
   */
  @Override
  public synchronized void close() {
    closed = true;
    endpoints.values().forEach(PoolEndpoint::leave);
    endpoints.values().forEach(endpoint -> endpoint.end(false));
    endpoints.clear();
    refreshing.shutdown();
  }
}
