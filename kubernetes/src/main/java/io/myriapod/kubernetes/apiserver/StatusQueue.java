package io.myriapod.kubernetes.apiserver;

import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.apiserver.ApiServerState.Queued;
import io.myriapod.kubernetes.apiserver.Verdict.Later;
import io.myriapod.kubernetes.apiserver.Verdict.PodGone;
import io.myriapod.kubernetes.apiserver.Verdict.Refused;
import io.myriapod.kubernetes.apiserver.Verdict.Stored;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings each pod's network-status to the API server. Of one pod only the latest counts, and never
 * two are under way at once; pods do not wait for each other, but for one of four threads. What
 * nobody waits for any more is kept on disk until the server has it, and outlives the process.
 * Given up is only what the server refuses.
 */
final class StatusQueue implements AutoCloseable {
  private static final int MOST_CONFLICTS = 5;
  private static final Logger LOG = LoggerFactory.getLogger(StatusQueue.class);
  private static final int THREADS = 4;
  private static final int MOST = 4_096;

  /** Sends one; throws IOException whose message is the finding. */
  interface Sender {
    ApiReply send(StatusPatch patch) throws IOException;
  }

  private final Sender sender;
  private final Backoff backoff;
  private final UnpublishedStatuses unpublished;
  private final ScheduledThreadPoolExecutor threads = Threads.timed("api-status", THREADS);
  private final Map<String, Pending> pods = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private long dropped;

  StatusQueue(Sender sender, Backoff backoff, UnpublishedStatuses unpublished) {
    this.sender = sender;
    this.backoff = backoff;
    this.unpublished = unpublished;
  }

  /** Takes on what a process before this one did not get rid of. */
  void resume() {
    List<StatusPatch> kept = unpublished.read();
    for (StatusPatch patch : kept.subList(0, Math.min(kept.size(), MOST))) {
      put(patch);
      keep(patch.pod());
    }
    if (!kept.isEmpty()) {
      LOG.info("{} network-statuses of a former life are still to be published", kept.size());
    }
  }

  /** What a pod shall have; guarded by the queue. */
  private static final class Pending {
    final StatusPatch patch;
    final CompletableFuture<Verdict> outcome = new CompletableFuture<>();
    int attempts;
    int conflicts;
    boolean kept;
    Optional<Future<?>> planned = Optional.empty();

    Pending(StatusPatch patch) {
      this.patch = patch;
    }
  }

  /**
   * Takes it on.
   *
   * @return done when the pod has it or never will; a {@link Stored} too if a later one replaces it
   * @throws ClusterException if too many wait already
   */
  synchronized Future<Verdict> put(StatusPatch patch) {
    String pod = patch.pod().toString();
    Pending before = pods.get(pod);
    if (before == null && pods.size() >= MOST) {
      dropped++;
      throw new ClusterException(
          "publish network-status of pod \"%s\": %d wait already".formatted(pod, MOST));
    }
    Pending pending = new Pending(patch);
    pods.put(pod, pending);
    if (before != null && before.kept) {
      keep(pending);
    }
    if (before != null) {
      before.planned.ifPresent(attempt -> attempt.cancel(false));
      before.outcome.complete(new Stored());
    }
    if (!underWay.contains(pod)) { // else its sender goes on with this one
      plan(pending, Duration.ZERO);
    }
    return pending.outcome;
  }

  /** The pod's status outlives the process from now on, if it still waits. */
  synchronized void keep(PodRef pod) {
    Pending pending = pods.get(pod.toString());
    if (pending != null && !pending.kept) {
      keep(pending);
    }
  }

  private void keep(Pending pending) {
    pending.kept = true;
    unpublished.keep(pending.patch);
  }

  /** Nobody needs the pod's status any more. One that is under way cannot be called back. */
  synchronized void forget(PodRef pod) {
    unpublished.drop(pod); // a former life's too, which is not resumed yet
    Pending pending = pods.remove(pod.toString());
    if (pending != null) {
      pending.planned.ifPresent(attempt -> attempt.cancel(false));
      pending.outcome.complete(new PodGone("the pod's sandbox is gone"));
    }
  }

  synchronized Queued state() {
    return new Queued(pods.size(), dropped, 0);
  }

  private void plan(Pending pending, Duration pause) {
    if (!threads.isShutdown()) {
      pending.planned =
          Optional.of(
              threads.schedule(() -> attempt(pending), pause.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  private void attempt(Pending pending) {
    String pod = pending.patch.pod().toString();
    synchronized (this) {
      if (pods.get(pod) != pending || !underWay.add(pod)) {
        return;
      }
      pending.attempts++;
    }
    Verdict verdict = verdict(pending.patch);
    synchronized (this) {
      underWay.remove(pod);
      Pending now = pods.get(pod);
      if (now == pending) {
        settle(pending, verdict);
      } else if (now != null) {
        plan(now, Duration.ZERO);
      }
    }
  }

  private Verdict verdict(StatusPatch patch) {
    try {
      return Verdict.of(sender.send(patch));
    } catch (IOException e) {
      return new Later(e.getMessage(), Optional.empty(), false);
    } catch (RuntimeException e) {
      LOG.error("patch the status of pod {}", patch.pod(), e);
      return new Refused(e.toString());
    }
  }

  private static boolean isWorthMore(Pending pending, Later later) {
    pending.conflicts += later.conflict() ? 1 : 0;
    return pending.conflicts < MOST_CONFLICTS;
  }

  private void settle(Pending pending, Verdict verdict) {
    PodRef pod = pending.patch.pod();
    if (verdict instanceof Later later && isWorthMore(pending, later)) {
      plan(pending, backoff.after(pending.attempts, later.asked()));
      return;
    }
    pods.remove(pod.toString());
    if (pending.kept) {
      unpublished.drop(pod);
    }
    if (verdict instanceof Later later) {
      dropped++;
      LOG.warn("publish network-status of pod {}: given up: {}", pod, later.finding());
    } else if (verdict instanceof PodGone gone) {
      LOG.info("publish network-status of pod {}: it is gone: {}", pod, gone.finding());
    } else if (verdict instanceof Refused refused) {
      dropped++;
      LOG.warn("publish network-status of pod {}: {}", pod, refused.finding());
    }
    pending.outcome.complete(verdict);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    synchronized (this) {
      if (!pods.isEmpty()) {
        LOG.info("{} network-statuses are left to the next agent", pods.size());
      }
    }
  }
}
