package io.myriapod.kubernetes.apiserver;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is sent, and says once when the API server stops or starts to answer as wished. */
final class ApiHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHealth.class);

  private final Map<RequestKind, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<AccessRule, Integer> refused = new HashMap<>();
  private boolean reachable = true;
  private Optional<String> lastError = Optional.empty();
  private Optional<Long> lastAnswer = Optional.empty();
  private boolean ended;

  /** Takes note of an answer, whatever it is. */
  void answered(AccessRule access, int code) {
    count(access, code);
    synchronized (this) {
      lastAnswer = Optional.of(System.nanoTime());
      if (!reachable) {
        reachable = true;
        LOG.info("the API server answers again");
      }
      noteCode(access, code);
    }
  }

  /** A missing object and a conflict are answers like others: their callers know what they mean. */
  private void noteCode(AccessRule access, int code) {
    if (code < 400 || code == 404 || code == 409) {
      if (refused.remove(access) != null) {
        LOG.info("{}: the API server allows it again", access);
      }
      return;
    }
    lastError = Optional.of("%s: HTTP %d".formatted(access, code));
    Integer before = refused.put(access, code);
    if (before == null || before != code) {
      LOG.warn("{}: the API server answers HTTP {}", access, code);
    }
  }

  /** Takes note of a request without an answer. */
  void unanswered(AccessRule access, String finding) {
    count(access, 0);
    unreachable("%s: %s".formatted(access, finding));
  }

  /** Takes note that it cannot even be asked. */
  synchronized void unreachable(String finding) {
    lastError = Optional.of(finding);
    if (reachable && !ended) {
      reachable = false;
      LOG.warn("the API server does not answer: {}; pods and networks known go on", finding);
    }
  }

  /** Takes note that a watch or list went wrong; whether it was answered is noted elsewhere. */
  synchronized void stumbled(String finding) {
    lastError = Optional.of(finding);
  }

  /** From now on nothing is worth a word: connections are cut on purpose. */
  synchronized void end() {
    ended = true;
  }

  private void count(AccessRule access, int code) {
    counts.computeIfAbsent(new RequestKind(access, code), kind -> new LongAdder()).increment();
  }

  Map<RequestKind, Long> requests() {
    Map<RequestKind, Long> sums = new HashMap<>();
    counts.forEach((kind, count) -> sums.put(kind, count.sum()));
    return sums;
  }

  synchronized boolean isReachable() {
    return reachable;
  }

  synchronized Optional<String> lastError() {
    return lastError;
  }

  synchronized Optional<Duration> unansweredFor() {
    return lastAnswer.map(at -> Duration.ofNanos(System.nanoTime() - at));
  }
}
