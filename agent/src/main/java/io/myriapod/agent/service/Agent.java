package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.socket.CniSocket;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.linux.sys.KernelRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon from start to end. Start: wait for the journal's lock, undo what a former life left
 * unfinished, let requests in, do the DELs that were recorded meanwhile, then let ADDs through.
 * End: let nobody in, let running requests end, close the journal.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration DRAIN = Duration.ofSeconds(25);
  private static final Duration REPLAY = Duration.ofSeconds(30);
  private static final Duration SPOOL_AGAIN = Duration.ofSeconds(10);
  private static final Duration AFTER_A_FAULT = Duration.ofMinutes(1);
  private static final Duration COUNTERS_AGAIN = Duration.ofSeconds(15);

  /** Brought SO_NETNS_COOKIE and IFLA_PARENT_DEV_NAME. */
  private static final KernelRelease OLDEST_KERNEL = new KernelRelease(5, 14);

  private final Wiring wiring;
  private final CniService service;
  private final CniSocket socket;
  private final ScheduledThreadPoolExecutor background = thread("background");

  /** A card that is ill takes minutes: nobody else waits for it. */
  private final ScheduledThreadPoolExecutor devices = thread("devices");

  private final CountDownLatch ended = new CountDownLatch(1);

  private Agent(Wiring wiring, CniService service, CniSocket socket) {
    this.wiring = wiring;
    this.service = service;
    this.socket = socket;
  }

  private static ScheduledThreadPoolExecutor thread(String name) {
    ScheduledThreadPoolExecutor one =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return one;
  }

  /**
   * Starts it; returns when requests are let in.
   *
   * @param shim the node's copy of the shim, which starts foreign plugins
   * @throws IOException if the socket or a directory cannot be made
   */
  public static Agent start(AgentPaths paths, AgentConfig config, Path shim) throws IOException {
    long start = System.nanoTime();
    requireKernel(KernelRelease.running());
    new ShimConf(config).writeTo(paths.shimConf());
    Wiring wiring = new Wiring(paths, config, shim);
    wiring.journal.findings().forEach(finding -> LOG.warn("journal: {}", finding));
    wiring.leftovers.undoUnfinished();
    CniService service = new CniService(wiring.operations, wiring.functions, wiring.counters);
    CniSocket socket = CniSocket.listen(paths.socket(), service);
    Agent agent = new Agent(wiring, service, socket);
    agent.writeCounters(paths.counters());
    agent.startBackground(paths, config);
    LOG.info("ready in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    return agent;
  }

  private static void requireKernel(KernelRelease running) {
    if (running.compareTo(OLDEST_KERNEL) < 0) {
      throw new CniException(
          ErrorCode.UNAVAILABLE,
          "start the agent: kernel %s is older than %s".formatted(running, OLDEST_KERNEL),
          "namespace cookies and device names in netlink came with that kernel; update the node's");
    }
  }

  private void startBackground(AgentPaths paths, AgentConfig config) {
    background.execute(
        () -> {
          guarded(this::replaySpool);
          wiring.gate.open();
          undoTheRest();
        });
    repeat(SPOOL_AGAIN, this::replaySpool);
    repeat(config.sweepEvery(), () -> wiring.sweeper.sweep());
    repeat(config.sweepEvery(), wiring.builtins::restore);
    repeat(COUNTERS_AGAIN, () -> writeCounters(paths.counters()));
    devices.scheduleWithFixedDelay(
        () -> guarded(wiring.functions::settle),
        0,
        config.sweepEvery().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void writeCounters(Path file) {
    try {
      wiring.counters.writeTo(file);
    } catch (IOException e) {
      LOG.warn("write {}: {}", file, e.getMessage());
    }
  }

  private void repeat(Duration pause, Runnable work) {
    background.scheduleWithFixedDelay(
        () -> guarded(work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("background work", e);
    }
  }

  private void replaySpool() {
    try {
      wiring.spool.replay(
          (request, stillRecorded) ->
              wiring.operations.replay(request, stillRecorded, Deadline.in(REPLAY)));
    } catch (IOException e) {
      LOG.error("replay the spool: {}", e.getMessage());
    }
  }

  private void undoTheRest() {
    AtomicReference<Duration> pause = new AtomicReference<>(AFTER_A_FAULT);
    guarded(() -> pause.set(wiring.leftovers.undoTheRest()));
    if (!background.isShutdown()) {
      background.schedule(this::undoTheRest, pause.get().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Waits until the agent was closed. */
  public void awaitEnd() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whoever is still at work when the patience ends goes on until the process does: the journal is
   * flushed but stays locked, so that no successor undoes what is just being done.
   */
  @Override
  public void close() {
    Deadline drained = Deadline.in(DRAIN);
    socket.stopAccepting();
    background.shutdown();
    devices.shutdown();
    boolean idle = service.drain(drained) && end(background, drained) && end(devices, drained);
    socket.close();
    if (idle) {
      wiring.close();
      LOG.info("stopped");
    } else {
      wiring.journal.sync();
      LOG.warn("stopped while operations were running; a successor undoes what they left");
    }
    ended.countDown();
  }

  private static boolean end(ScheduledThreadPoolExecutor thread, Deadline deadline) {
    try {
      return thread.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
