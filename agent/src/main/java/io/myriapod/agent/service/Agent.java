package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.health.Health.Step;
import io.myriapod.agent.http.LastLook;
import io.myriapod.agent.http.Pages;
import io.myriapod.agent.install.StandingInstallation;
import io.myriapod.agent.metrics.MetricsFile;
import io.myriapod.agent.socket.CniSocket;
import io.myriapod.agent.topology.SvgDrawing;
import io.myriapod.agent.topology.TopologyJson;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.linux.sys.KernelRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
  private static final Duration OPEN_AGAIN = Duration.ofSeconds(15);
  private static final Duration INSTALLATION = Duration.ofSeconds(1);

  /** Brought SO_NETNS_COOKIE and IFLA_PARENT_DEV_NAME. */
  public static final KernelRelease OLDEST_KERNEL = new KernelRelease(5, 14);

  private final Wiring wiring;
  private final CniService service;
  private final CniSocket socket;
  private final HttpPort http;
  private final MetricsFile metrics;
  private final ScheduledThreadPoolExecutor background = thread("background");

  /** A card that is ill takes minutes: nobody else waits for it. */
  private final ScheduledThreadPoolExecutor devices = thread("devices");

  private final ScheduledThreadPoolExecutor offering = thread("devices-start");
  private final ScheduledThreadPoolExecutor installing = thread("install");

  private final CountDownLatch ended = new CountDownLatch(1);

  private Agent(
      Wiring wiring, CniService service, CniSocket socket, HttpPort http, MetricsFile metrics) {
    this.wiring = wiring;
    this.service = service;
    this.socket = socket;
    this.http = http;
    this.metrics = metrics;
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
   * @param installation what makes it the network of the node's pods
   * @throws IOException if the socket or a directory cannot be made
   */
  public static Agent start(
      AgentPaths paths, AgentConfig config, Path shim, Optional<StandingInstallation> installation)
      throws IOException {
    long start = System.nanoTime();
    requireKernel(KernelRelease.running());
    new ShimConf(config).writeTo(paths.shimConf());
    Wiring wiring = new Wiring(paths, config, shim);
    installation.ifPresent(one -> wiring.health.readyWhenInstalled(one::missing));
    wiring.journal.findings().forEach(finding -> LOG.warn("journal: {}", finding));
    HttpPort http = new HttpPort(config.http(), paths.http(), pages(wiring));
    http.open();
    wiring.leftovers.undoUnfinished();
    wiring.configured.resume();
    wiring.health.done(Step.RECOVERED);
    CniService service =
        new CniService(
            wiring.operations,
            wiring.functions,
            wiring.offered,
            wiring.status,
            wiring.migration,
            wiring.recordedFlights(),
            wiring::ended);
    CniSocket socket = CniSocket.listen(paths.socket(), service);
    wiring.health.livesWhile(socket::isServing);
    wiring.health.done(Step.ACCEPTING);
    MetricsFile metrics = new MetricsFile(wiring.metrics, paths.metrics());
    Agent agent = new Agent(wiring, service, socket, http, metrics);
    agent.startBackground(config, installation);
    LOG.info("ready in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    return agent;
  }

  private static Pages pages(Wiring wiring) {
    return new Pages()
        .metrics(wiring.metrics::write)
        .health(wiring.health::liveness, wiring.health::readiness)
        .live(
            new LastLook<>(() -> SvgDrawing.of(wiring.topology.read())),
            new LastLook<>(() -> TopologyJson.of(wiring.topology.read())),
            new LastLook<>(wiring.status::glance));
  }

  private static void requireKernel(KernelRelease running) {
    if (running.compareTo(OLDEST_KERNEL) < 0) {
      throw new CniException(
          ErrorCode.UNAVAILABLE,
          "start the agent: kernel %s is older than %s".formatted(running, OLDEST_KERNEL),
          "namespace cookies and device names in netlink came with that kernel; update the node's");
    }
  }

  private void startBackground(AgentConfig config, Optional<StandingInstallation> installation) {
    background.execute(
        () -> {
          guarded(this::replaySpool);
          wiring.gate.open();
          wiring.health.done(Step.SPOOL_REPLAYED);
          installation.ifPresent(this::install);
          guarded(EarlyCollection::begin);
          guarded(() -> wiring.hotPlugging.ifPresent(HotPlugging::start));
          guarded(() -> wiring.delegateApi.ifPresent(DelegateApi::open));
          offerDevices();
          undoTheRest();
        });
    repeat(SPOOL_AGAIN, this::replaySpool);
    repeat(config.sweepEvery(), this::sweep);
    repeat(config.sweepEvery(), wiring.missed::look);
    repeat(config.sweepEvery(), wiring.builtins::restore);
    metrics.start();
    repeat(OPEN_AGAIN, http::open);
    wiring.delegateApi.ifPresent(api -> repeat(OPEN_AGAIN, api::open));
    devices.scheduleWithFixedDelay(
        () -> guarded(wiring.functions::settle),
        0,
        config.sweepEvery().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Not before ADDs are served. */
  private void install(StandingInstallation installation) {
    installing.scheduleWithFixedDelay(
        () -> guarded(installation::look), 0, INSTALLATION.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Not before what was recorded meanwhile is done: it frees devices. gRPC takes a while. */
  private void offerDevices() {
    if (wiring.offered.isConfigured()) {
      offering.scheduleWithFixedDelay(
          () -> guarded(() -> wiring.offered.start(wiring.kubelet.sockets())),
          0,
          AFTER_A_FAULT.toMillis(),
          TimeUnit.MILLISECONDS);
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

  private void sweep() {
    wiring.sweeper.sweep();
    wiring.offered.stir();
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
    wiring.health.stopping();
    socket.stopAccepting();
    installing.shutdown();
    background.shutdown();
    devices.shutdown();
    offering.shutdown();
    wiring.hotPlugging.ifPresent(HotPlugging::stop);
    wiring.delegateApi.ifPresent(DelegateApi::stop);
    boolean idle =
        service.drain(drained)
            && end(background, drained)
            && end(devices, drained)
            && end(offering, drained)
            && wiring.hotPlugging.map(one -> one.awaitIdle(drained)).orElse(true)
            && wiring.delegateApi.map(one -> one.awaitIdle(drained)).orElse(true);
    socket.close();
    http.close();
    metrics.close();
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
