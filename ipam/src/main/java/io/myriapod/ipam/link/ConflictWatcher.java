package io.myriapod.ipam.link;

import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NamespaceWatch;
import io.myriapod.types.IpPrefix;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches optimistic addresses after their ADD has returned: one thread, one link after the other.
 * Waiting for one delays no other beyond its time, since each one's events wait in its own socket.
 */
final class ConflictWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConflictWatcher.class);

  /**
   * Detection takes up to a second of random delay and a second for the answer. The socket keeps
   * the pod's namespace alive for as long.
   */
  private static final Duration WATCHED = Duration.ofSeconds(3);

  private static final int MAX_WAITING = 512;

  private final ConflictListener listener;
  private final ThreadPoolExecutor worker;

  ConflictWatcher(ConflictListener listener) {
    this.listener = listener;
    this.worker =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            ConflictWatcher::thread,
            (task, pool) -> ((Watching) task).skip());
    worker.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "dad-conflicts");
    thread.setDaemon(true);
    return thread;
  }

  /** Takes over the watch, which was opened before the addresses were added, and closes it. */
  void follow(NamespaceWatch watch, String namespaceId, LinkPlan plan) {
    worker.execute(new Watching(watch, namespaceId, plan, System.nanoTime() + WATCHED.toNanos()));
  }

  @Override
  public void close() {
    worker.shutdownNow().forEach(task -> ((Watching) task).skip());
  }

  private final class Watching implements Runnable {
    private final NamespaceWatch watch;
    private final String namespaceId;
    private final LinkPlan plan;
    private final long end;

    Watching(NamespaceWatch watch, String namespaceId, LinkPlan plan, long end) {
      this.watch = watch;
      this.namespaceId = namespaceId;
      this.plan = plan;
      this.end = end;
    }

    @Override
    public void run() {
      try {
        DadProgress progress = new DadProgress(plan.link().index(), plan.prefixes());
        long left = Math.max(0, end - System.nanoTime());
        progress.await(watch, Duration.ofNanos(left), List::of);
        progress.duplicates().forEach(this::tell);
      } catch (ErrnoException e) {
        LOG.debug("watch addresses of {}: {}", plan.link().name(), e.getMessage());
      } finally {
        watch.close();
      }
    }

    void skip() {
      LOG.debug("addresses of {} are not watched for duplicates", plan.link().name());
      watch.close();
    }

    private void tell(IpPrefix address) {
      LOG.warn("address {} of {} is used by another host", address, plan.link().name());
      listener.found(new ConflictListener.Conflict(namespaceId, plan.link().name(), address));
    }
  }
}
