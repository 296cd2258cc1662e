package io.myriapod.agent.shim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.socket.CniSocket;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.spool.Spool;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real shim and the real Java end of the wire understand each other. */
class ShimWireIT {
  @TempDir Path root;

  @Test
  void call_overTheRealSocket_isAnswered() throws IOException {
    List<RequestFrame> requests = new ArrayList<>();
    try (CniSocket socket =
        CniSocket.listen(
            root.resolve("run/myriapod/cni.sock"),
            (request, exchange) -> {
              requests.add(request);
              exchange.reply(9, "said\n".getBytes(UTF_8));
            })) {
      Result result = ShimCall.of(root, "CHECK").run();

      assertEquals(9, result.exitCode());
      assertEquals("said\n", result.out());
      socket.stopAccepting();
    }
    assertEquals("CHECK", requests.get(0).command());
    assertEquals(ShimCall.CONFIG, new String(requests.get(0).stdin(), UTF_8));
  }

  @Test
  void call_killed_agentIsToldThatTheClientIsGone() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    try (CniSocket socket =
        CniSocket.listen(
            root.resolve("run/myriapod/cni.sock"),
            (request, exchange) -> {
              exchange.onClientGone(gone::countDown);
              arrived.countDown();
            })) {
      Process shim = ShimCall.of(root, "ADD").start();
      shim.getOutputStream().close();
      assertTrue(arrived.await(30, TimeUnit.SECONDS));

      shim.destroyForcibly();

      assertTrue(gone.await(30, TimeUnit.SECONDS));
      socket.stopAccepting();
    }
  }

  @Test
  void del_recordedByTheShim_isReplayed() throws IOException {
    ShimCall.configure(root, "delConnectMillis=0");
    ShimCall.of(root, "DEL").with("CNI_CONTAINERID", "first").run();
    ShimCall.of(root, "DEL").with("CNI_CONTAINERID", "second").run();
    List<String> delivered = new ArrayList<>();

    Spool spool = new Spool(root.resolve("var/lib/myriapod/spool"));
    spool.replay((request, still) -> delivered.add(request.environment().get("CNI_CONTAINERID")));

    assertEquals(List.of("first", "second"), delivered);
  }
}
