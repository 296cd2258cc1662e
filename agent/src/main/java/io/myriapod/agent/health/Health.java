package io.myriapod.agent.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How far the agent's start has come, whether it lives, and whether it is about to end. Safe for
 * use by many threads.
 *
 * <p>What passes by itself, or would be no better after a restart (a full disk, an API server that
 * is away), makes nobody unready here: metrics and {@code myriapod status} tell of it.
 */
public final class Health {
  /** What has to happen before a pod can be attached, in its order. */
  public enum Step {
    RECOVERED("recovered", "what a former life left unfinished is being undone"),
    ACCEPTING("accepting", "the socket is not open yet"),
    SPOOL_REPLAYED("spool-replayed", "DELs recorded while no agent ran are being done");

    private final String word;
    private final String otherwise;

    Step(String word, String otherwise) {
      this.word = word;
      this.otherwise = otherwise;
    }
  }

  private final Set<Step> done = ConcurrentHashMap.newKeySet();
  private volatile BooleanSupplier socketServes = () -> true;
  private volatile Supplier<Optional<String>> notInstalled = Optional::empty;
  private volatile boolean installs;
  private volatile boolean stopping;

  /** That step is done, for good. */
  public void done(Step step) {
    done.add(step);
  }

  /** From now on the agent lives only as long as that is so. */
  public void livesWhile(BooleanSupplier socketServes) {
    this.socketServes = socketServes;
  }

  /**
   * From now on the agent is ready only if that is empty, too.
   *
   * @param missing what keeps pods from being attached by this agent
   */
  public void readyWhenInstalled(Supplier<Optional<String>> missing) {
    notInstalled = missing;
    installs = true;
  }

  /** Nobody is let in any more. */
  public void stopping() {
    stopping = true;
  }

  /** What a restart would mend if it were not so. */
  public List<Check> liveness() {
    return List.of(
        Check.of(
            "socket",
            stopping || socketServes.getAsBoolean(),
            "the thread that serves the socket has ended"));
  }

  /** What must be so for a pod to be attached; alive is part of it. */
  public List<Check> readiness() {
    List<Check> checks = new ArrayList<>(liveness());
    Arrays.stream(Step.values())
        .map(step -> Check.of(step.word, done.contains(step), step.otherwise))
        .forEach(checks::add);
    if (installs) {
      Optional<String> missing = notInstalled.get();
      checks.add(Check.of("installed", missing.isEmpty(), missing.orElse("")));
    }
    checks.add(Check.of("not-stopping", !stopping, "it was told to stop and lets calls end"));
    return checks;
  }
}
