package io.myriapod.agent.hotplug;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.types.ContainerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has containers brought to what their pods ask for. What fails is tried again after a pause that
 * doubles from one second to five minutes, {@value #MOST_ATTEMPTS} times in all; a new change
 * begins anew. Of one container never two attempts run at once, and the more of them there were of
 * late the longer is the pause before the next, since who may write a pod may change it as he
 * likes.
 */
public final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final int THREADS = 4;
  private static final int MOST_CONTAINERS = 4_096;
  private static final long IDLE_SECONDS = 30;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** First pauses that a container must be quiet for before its attempts are forgotten. */
  private static final int QUIET = 60;

  private static final int FREE_ATTEMPTS = 3;
  private static final int MOST_DOUBLINGS = 5;

  static final int MOST_ATTEMPTS = 12;

  private final Attempt attempt;
  private final Complaint complaint;
  private final Duration firstPause;
  private final ScheduledThreadPoolExecutor threads;
  private final Map<ContainerId, Pending> pending = new HashMap<>();
  private boolean closed;

  /** Brings one container to what its pod asks for. */
  @FunctionalInterface
  public interface Attempt {
    /** Throws {@link CniException} if that cannot be done now. */
    void on(ContainerId container);
  }

  /** Tells people why a pod does not have what it asks for. */
  @FunctionalInterface
  public interface Complaint {
    void about(ContainerId container, String reason);
  }

  /** What is to be done for a container; guarded by the follower. */
  private static final class Pending {
    int failures;
    int attempts;
    long ended = System.nanoTime();
    boolean running;
    boolean again;
    String told = "";
    Optional<Future<?>> planned = Optional.empty();
  }

  public Follower(Attempt attempt, Complaint complaint) {
    this(attempt, complaint, Duration.ofSeconds(1));
  }

  Follower(Attempt attempt, Complaint complaint, Duration firstPause) {
    this.attempt = attempt;
    this.complaint = complaint;
    this.firstPause = firstPause;
    this.threads = threads();
  }

  private static ScheduledThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "follow-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
    threads.setRemoveOnCancelPolicy(true);
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return threads;
  }

  /** Something of the container's pod may have changed. Returns at once. */
  public synchronized void follow(ContainerId container) {
    Pending one = pending.get(container);
    if (one == null && pending.size() >= MOST_CONTAINERS) {
      LOG.warn(
          "follow the annotation of container {}: {} wait already", container, MOST_CONTAINERS);
      return;
    }
    if (one == null) {
      one = new Pending();
      pending.put(container, one);
    }
    one.failures = 0;
    one.told = "";
    one.again = one.running;
    if (!one.running) {
      plan(container, one, brake(one));
    }
  }

  /** What is left of the pause after the last attempt. */
  private Duration brake(Pending one) {
    if (one.attempts < FREE_ATTEMPTS) {
      return Duration.ZERO;
    }
    int doublings = Math.min(one.attempts - FREE_ATTEMPTS, MOST_DOUBLINGS);
    Duration since = Duration.ofNanos(System.nanoTime() - one.ended);
    Duration left = firstPause.multipliedBy(1L << doublings).minus(since);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void plan(ContainerId container, Pending one, Duration pause) {
    one.planned.ifPresent(before -> before.cancel(false));
    if (!closed) {
      one.planned =
          Optional.of(
              threads.schedule(() -> run(container, one), pause.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  private void run(ContainerId container, Pending one) {
    synchronized (this) {
      if (pending.get(container) != one || one.running) {
        return;
      }
      one.running = true;
      one.again = false;
      one.attempts++;
    }
    Optional<CniException> failure = tried(container);
    Optional<String> complain;
    synchronized (this) {
      one.running = false;
      one.ended = System.nanoTime();
      complain = settle(container, one, failure);
    }
    complain.ifPresent(reason -> complaint.about(container, reason));
  }

  private Optional<CniException> tried(ContainerId container) {
    try {
      attempt.on(container);
      return Optional.empty();
    } catch (CniException e) {
      LOG.warn("follow the annotation of container {}: {}", container, e.getMessage());
      return Optional.of(e);
    } catch (OutOfMemoryError e) { // there may be no thread for it now
      String finding = "follow the annotation of container %s: %s".formatted(container, e);
      LOG.error("{}", finding);
      return Optional.of(new CniException(ErrorCode.TRY_AGAIN_LATER, finding, ""));
    }
  }

  /** What people should be told. */
  private Optional<String> settle(
      ContainerId container, Pending one, Optional<CniException> failure) {
    if (one.again) {
      plan(container, one, brake(one));
      return Optional.empty();
    }
    if (failure.isEmpty() || failure.get().code() == ErrorCode.POD_NOT_FOUND) {
      rest(container, one);
      return Optional.empty();
    }
    one.failures++;
    if (one.failures >= MOST_ATTEMPTS) {
      rest(container, one);
      return Optional.of(
          "%s; given up after %d attempts".formatted(said(failure.get()), MOST_ATTEMPTS));
    }
    plan(container, one, pause(one.failures));
    return news(one, failure.get());
  }

  /** Nothing is to be done; how often something was is kept for a while. */
  private void rest(ContainerId container, Pending one) {
    one.planned.ifPresent(before -> before.cancel(false));
    if (!closed) {
      Duration quiet = firstPause.multipliedBy(QUIET);
      one.planned =
          Optional.of(
              threads.schedule(
                  () -> forget(container, one), quiet.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  private synchronized void forget(ContainerId container, Pending one) {
    if (!one.running) {
      pending.remove(container, one);
    }
  }

  private Duration pause(int failures) {
    Duration pause = firstPause.multipliedBy(1L << (failures - 1));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** Each reason once; one that may pass by itself only if it does not. */
  private static Optional<String> news(Pending one, CniException failure) {
    boolean mayPass =
        failure.code() == ErrorCode.TRY_AGAIN_LATER || failure.code() == ErrorCode.INVALID_NETNS;
    String said = said(failure);
    if (said.equals(one.told) || mayPass && one.failures == 1) {
      return Optional.empty();
    }
    one.told = said;
    return Optional.of(said);
  }

  private static String said(CniException failure) {
    return failure.details().isEmpty()
        ? failure.getMessage()
        : "%s (%s)".formatted(failure.getMessage(), failure.details());
  }

  /** Begins nothing any more. */
  public synchronized void stop() {
    closed = true;
    threads.shutdown();
  }

  /** Whether all that had begun has ended by then. */
  public boolean awaitIdle(Deadline deadline) {
    try {
      return threads.awaitTermination(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    stop();
  }
}
