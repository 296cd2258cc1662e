package io.myriapod.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.health.Health.Step;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Health health = new Health();

  private static List<String> missing(List<Check> checks) {
    return checks.stream().filter(check -> !check.ok()).map(Check::name).toList();
  }

  @Test
  void readiness_stepByStep_lacksTheStepsToCome() {
    assertEquals(List.of("recovered", "accepting", "spool-replayed"), missing(health.readiness()));

    health.done(Step.RECOVERED);
    health.done(Step.ACCEPTING);
    assertEquals(List.of("spool-replayed"), missing(health.readiness()));

    health.done(Step.SPOOL_REPLAYED);
    assertEquals(List.of(), missing(health.readiness()));
  }

  @Test
  void liveness_beforeTheStartIsDone_isThere() {
    assertEquals(List.of(), missing(health.liveness()));
  }

  @Test
  void liveness_socketsThreadHasEnded_isGoneAndSoIsReadiness() {
    AtomicBoolean serving = new AtomicBoolean(true);
    health.livesWhile(serving::get);
    List.of(Step.values()).forEach(health::done);
    assertEquals(List.of(), missing(health.readiness()));

    serving.set(false);

    assertEquals(List.of("socket"), missing(health.liveness()));
    assertEquals(List.of("socket"), missing(health.readiness()));
  }

  /** A restart would only cut calls short. */
  @Test
  void stopping_socketIsClosed_isAliveAndUnready() {
    List.of(Step.values()).forEach(health::done);
    health.livesWhile(() -> false);
    health.stopping();

    assertEquals(List.of(), missing(health.liveness()));
    assertEquals(List.of("not-stopping"), missing(health.readiness()));
  }

  @Test
  void line_ofACheck_isAsKubernetesWritesIt() {
    assertEquals("[+]socket ok", health.liveness().get(0).line());
    assertTrue(
        health.readiness().get(1).line().startsWith("[-]recovered failed: what a former life"));
  }
}
