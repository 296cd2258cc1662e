package io.myriapod.e2e.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.e2e.node.AgentHttp.Got;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.RunningCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a probe and a collector of metrics see of an agent. */
@InNamespaces(kinds = {"veth"})
class HttpIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** The plugin's DEL waits for a file, at most ten seconds. */
  private static Answer waitingFor(Path file) {
    return Answer.usual()
        .running("for i in $(seq 200); do [ -e %s ] && break; sleep 0.05; done".formatted(file));
  }

  @Test
  void port_fromARecordedDelToTheEnd_tellsUnreadyReadyUnreadyAndIsGone() throws IOException {
    try (PodNode node = PodNode.of(NetworkKind.FOREIGN, 1).configured(AgentHttp.SECTION)) {
      AgentHttp http = new AgentHttp(node.netns(), node.root());
      AgentProcess former = node.start();
      node.sandbox(0).run("ADD");
      String metrics = http.get("metrics").body();
      assertTrue(
          metrics.contains(
              "myriapod_operations_total{network=\"node\",result=\"ok\",verb=\"ADD\"} 1.0\n"),
          metrics);
      former.kill();
      node.tellShim("delConnectMillis=50");
      node.sandbox(0).run("DEL");
      Path go = node.root().resolve("go");
      node.recorder().answer("DEL", waitingFor(go));

      AgentProcess agent = node.start();

      Got unready = http.get("readyz");
      assertEquals(503, unready.status());
      assertTrue(unready.body().contains("[-]spool-replayed failed: "), unready.body());
      assertEquals(new Got(200, "ok\n"), http.get("livez"));
      Files.createFile(go);
      Waiting.until(SOON, "readiness", () -> http.get("readyz").status() == 200);

      Path end = node.root().resolve("end");
      node.recorder().forget();
      node.recorder().answer("ADD", waitingFor(end));
      try (RunningCall add = node.sandbox(0).start("ADD")) {
        Waiting.until(SOON, "the ADD", () -> !node.recorder().calls("ADD").isEmpty());
        agent.terminate();
        Waiting.until(
            SOON,
            "unreadiness",
            () -> http.get("readyz").body().contains("[-]not-stopping failed: "));
        assertEquals(new Got(200, "ok\n"), http.get("livez"));
        Files.createFile(end);
        add.await();
      }
      agent.close();
      assertFalse(Files.exists(http.file()));
    }
  }
}
