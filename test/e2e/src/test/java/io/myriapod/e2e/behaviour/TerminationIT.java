package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SIGTERM while an executed plugin works: the ADD ends as if nothing had come. */
@InNamespaces(kinds = "bridge")
class TerminationIT {
  @Test
  void terminate_addAtWork_isFinishedAndAnswered() {
    try (Stage stage = Stage.open()) {
      RecorderPlugin slow = RecorderPlugin.install(stage.bin(), "slow");
      slow.answer("ADD", Answer.usual().after(Duration.ofSeconds(2)));
      stage.define("slow", "{\"cniVersion\":\"1.0.0\",\"name\":\"slow\",\"type\":\"slow\"}");
      TestPod pod = stage.podWith("slow");
      CompletableFuture<Result> add =
          CompletableFuture.supplyAsync(() -> pod.call().attempt("ADD"));
      Waiting.until(Duration.ofSeconds(20), "the plugin", () -> !slow.calls("ADD").isEmpty());

      stage.agent().close();

      assertTrue(add.join().ok(), () -> add.join().out());
      assertEquals(List.of("10.10.0.2", "10.10.0.3"), stage.leases("pods"));
      assertTrue(stage.agent().log().contains("stopped"), stage.agent()::log);
    }
  }
}
