package io.myriapod.kubernetes.apiserver;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How the agent stands with the API server, for health and metrics.
 *
 * @param pods of this node in the cache
 * @param networks in the cache
 * @param lastError what is wrong now, or was last
 * @param unansweredFor since its last answer; empty if there was none yet
 * @param requests sent since the start
 */
public record ApiServerState(
    Cached pods,
    Cached networks,
    boolean reachable,
    Optional<String> lastError,
    Optional<Duration> unansweredFor,
    Map<RequestKind, Long> requests,
    Queued statuses,
    Queued events) {
  public ApiServerState {
    requests = Map.copyOf(requests);
  }

  /**
   * One watch cache.
   *
   * @param synced it has been filled once; it stays so while the API server is away
   * @param watching changes arrive
   */
  public record Cached(boolean synced, boolean watching, int size) {
    static final Cached NONE = new Cached(false, false, 0);
  }

  /**
   * What is still to be told.
   *
   * @param dropped since the start, for want of room or after too many attempts
   * @param repeated events that were told once already
   */
  public record Queued(int waiting, long dropped, long repeated) {}

  /** Whether both caches have been filled. */
  public boolean synced() {
    return pods.synced() && networks.synced();
  }
}
