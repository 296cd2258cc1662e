package io.myriapod.agent.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shim against an agent that answers, is slow, lies, breaks off or is not there. */
class ShimIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path root;

  @Test
  void add_answered_printsTheAnswerAndExitsWithItsCode() throws IOException {
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(7, "{\"answer\":1}\n"))) {
      Result result = ShimCall.of(root, "ADD").run();

      assertEquals(7, result.exitCode());
      assertEquals("{\"answer\":1}\n", result.out());
      assertEquals("", result.err());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void add_frame_carriesCniAndTraceVariablesAndStdin() throws IOException {
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, ""))) {
      ShimCall.of(root, "ADD")
          .with("TRACEPARENT", "00-1")
          .with("TRACESTATE", "a=b")
          .with("BAGGAGE", "c=d")
          .with("CNI_ARGS", "K=V;ä=ö")
          .with("SECRET", "x")
          .with("CNI_", "x")
          .run();

      FakeAgent.Request request = agent.requests().get(0);
      assertEquals(
          Map.of(
              "CNI_COMMAND", "ADD",
              "CNI_CONTAINERID", "c1",
              "CNI_IFNAME", "eth0",
              "CNI_ARGS", "K=V;ä=ö",
              "TRACEPARENT", "00-1",
              "TRACESTATE", "a=b",
              "BAGGAGE", "c=d"),
          request.environment());
      assertEquals(ShimCall.CONFIG, request.text());
      assertEquals("myriapod", request.calledAs());
      assertTrue(request.timeLeft() > 80_000 && request.timeLeft() <= 90_000);
    }
  }

  @Test
  void add_calledByAnotherName_saysSo() throws IOException {
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, ""))) {
      ShimCall.of(root, "ADD").calledAs("macvlan").run();

      assertEquals("macvlan", agent.requests().get(0).calledAs());
    }
  }

  @Test
  void add_twoCalls_haveDifferentIds() throws IOException {
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, ""))) {
      ShimCall.of(root, "ADD").run();
      ShimCall.of(root, "ADD").run();

      assertEquals(2, agent.requests().stream().map(FakeAgent.Request::id).distinct().count());
    }
  }

  @Test
  void version_noAgent_answersByItself() throws IOException {
    Result result = ShimCall.of(root, "VERSION").run();

    assertEquals(0, result.exitCode());
    assertEquals(
        "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\","
            + "\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n",
        result.out());
  }

  @Test
  void noCommand_usageOnStderr() {
    Result result = ShimCall.of(root, "ADD").without("CNI_COMMAND").run();

    assertEquals(0, result.exitCode());
    assertEquals("", result.out());
    assertTrue(result.err().contains("CNI protocol versions supported: 0.1.0"));
  }

  @Test
  void unknownCommand_code4() throws IOException {
    assertError(4, "1.1.0", ShimCall.of(root, "RESTART").run());
  }

  @ParameterizedTest
  @CsvSource({"ADD,11", "CHECK,11", "GC,11", "STATUS,50"})
  void absentAgent_failsClosed(String command, int code) throws IOException {
    ShimCall.configure(
        root,
        "addConnectMillis=30",
        "checkConnectMillis=30",
        "gcMillis = 30",
        "statusConnectMillis=30");

    assertError(code, "1.0.0", ShimCall.of(root, command).run());
  }

  @Test
  void status_agentComesBackInTime_isAnswered() throws Exception {
    CompletableFuture<Result> result = ShimCall.of(root, "STATUS").runInBackground();
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, ""))) {
      assertEquals(0, result.get(30, TimeUnit.SECONDS).exitCode());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void add_connectionsBreak_sameIdUntilAnswered() throws IOException {
    try (FakeAgent agent =
        FakeAgent.at(
            root,
            FakeAgent.breaks(),
            FakeAgent.answersHalf(),
            FakeAgent.answersBytes("MYRI".getBytes(StandardCharsets.US_ASCII)),
            FakeAgent.answers(0, "done"))) {
      Result result = ShimCall.of(root, "ADD").run();

      assertEquals("done", result.out());
      assertEquals(4, agent.requests().size());
      FakeAgent.Request first = agent.requests().get(0);
      for (FakeAgent.Request again : agent.requests()) {
        assertEquals(first.id(), again.id());
        assertArrayEquals(withoutTimeLeft(first.frame()), withoutTimeLeft(again.frame()));
        assertTrue(again.timeLeft() <= first.timeLeft());
      }
    }
  }

  @Test
  void add_agentKilledAndRestarted_sameIdAnsweredOnce() throws Exception {
    CompletableFuture<Result> result;
    String firstId;
    try (FakeAgent killed = FakeAgent.at(root, FakeAgent.breaks())) {
      result = ShimCall.of(root, "ADD").runInBackground();
      Waiting.until(LONG, "the first request", () -> !killed.requests().isEmpty());
      firstId = killed.requests().get(0).id();
    }
    try (FakeAgent restarted = FakeAgent.at(root, FakeAgent.answers(0, "once\n"))) {
      assertEquals("once\n", result.get(30, TimeUnit.SECONDS).out());
      assertEquals(1, restarted.requests().size());
      assertEquals(firstId, restarted.requests().get(0).id());
    }
  }

  @Test
  void add_breaksUntilDeadline_code11() throws IOException {
    ShimCall.configure(root, "addMillis=300");
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.breaks())) {
      assertError(11, "1.0.0", ShimCall.of(root, "ADD").run());
      assertTrue(agent.requests().size() > 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"ADD,11", "DEL,11", "STATUS,50"})
  void slowAgent_givesUpAtDeadlineAndCloses(String command, int code) throws Exception {
    ShimCall.configure(root, "addMillis=200", "delMillis=200", "statusMillis=200");
    FakeAgent[] self = new FakeAgent[1];
    try (FakeAgent agent =
        FakeAgent.at(root, (request, in, out) -> self[0].silent().serve(request, in, out))) {
      self[0] = agent;

      assertError(code, "1.0.0", ShimCall.of(root, command).run());
      assertTrue(agent.clientGone().await(30, TimeUnit.SECONDS));
      assertFalse(root.resolve("var/lib/myriapod/spool").toFile().exists());
    }
  }

  @Test
  void add_killedByTheRuntime_agentSeesTheEnd() throws Exception {
    FakeAgent[] self = new FakeAgent[1];
    try (FakeAgent agent =
        FakeAgent.at(root, (request, in, out) -> self[0].silent().serve(request, in, out))) {
      self[0] = agent;
      Process shim = ShimCall.of(root, "ADD").start();
      shim.getOutputStream().close();
      Waiting.until(LONG, "the request", () -> !agent.requests().isEmpty());

      shim.destroyForcibly();

      assertTrue(agent.clientGone().await(30, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4854545000000000000000000000000000", // HTTP
        "4d595249020200000000001800000000", // wire version 2
        "4d595249010100000000001800000000", // a request
        "4d595249010200000100000100000000", // 16 MiB and 1 byte
        "4d59524901020000ffffffff00000000",
        "4d595249010200000000001700000000", // too short for a reply
        "4d59524901020000000000180000000001010101010101010101010101010101" + "0000000000000000",
      })
  void add_answerIsNone_code5AndNotAskedAgain(String hex) throws IOException {
    byte[] answer = HexFormat.of().parseHex(hex);
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answersBytes(answer))) {
      assertError(5, "1.0.0", ShimCall.of(root, "ADD").run());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void add_outputLongerThanItsFrame_code5() throws IOException {
    try (FakeAgent agent =
        FakeAgent.at(
            root,
            (request, in, out) -> {
              byte[] reply = FakeAgent.reply(request.id(), 0, new byte[4]);
              reply[39] = 100;
              out.write(reply);
            })) {
      assertError(5, "1.0.0", ShimCall.of(root, "ADD").run());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void add_refusedBeforeItWasRead_printsTheRefusal() throws IOException {
    byte[] refusal =
        FakeAgent.reply("00".repeat(16), 1, "{\"code\":5}".getBytes(StandardCharsets.UTF_8));
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answersBytes(refusal))) {
      Result result = ShimCall.of(root, "ADD").run();

      assertEquals(1, result.exitCode());
      assertEquals("{\"code\":5}", result.out());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void add_longAnswer_isPrintedWhole() throws IOException {
    String answer = "x".repeat(5_000_000);
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, answer))) {
      assertEquals(answer, ShimCall.of(root, "ADD").run().out());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void add_brokenStdin_reachesTheAgentAsItIs() throws IOException {
    byte[] broken = {'{', '"', 0, (byte) 0xff, '\\'};
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(1, "no"))) {
      ShimCall.of(root, "ADD").withStdin(broken).run();

      assertArrayEquals(broken, agent.requests().get(0).stdin());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"cniVersion\"",
        "{\"cniVersion\":\"1.0\\",
        "[\"cniVersion\",\"9\"]",
        "{\"a\":{\"cniVersion\":\"0.4.0\"}}",
        "{\"cniVersion\":\"0.4.0-and-much-more\"}",
        "}}}{\"cniVersion\":\"0.4.0\""
      })
  void absentAgent_noVersionInStdin_errorIsOfNewestVersion(String stdin) throws IOException {
    ShimCall.configure(root, "addConnectMillis=0");
    byte[] bytes = stdin.getBytes(StandardCharsets.UTF_8);

    assertError(11, "1.1.0", ShimCall.of(root, "ADD").withStdin(bytes).run());
  }

  @Test
  void add_longestStdin_isSent() throws IOException {
    byte[] stdin = new byte[8 << 20];
    Arrays.fill(stdin, (byte) ' ');
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, "ok"))) {
      assertEquals("ok", ShimCall.of(root, "ADD").withStdin(stdin).run().out());
      assertArrayEquals(stdin, agent.requests().get(0).stdin());
    }
  }

  @Test
  void add_tooLongStdin_code6AndNothingSent() throws IOException {
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, "ok"))) {
      byte[] stdin = new byte[(8 << 20) + 1];
      assertError(6, "1.1.0", ShimCall.of(root, "ADD").withStdin(stdin).run());
      assertEquals(0, agent.requests().size());
    }
  }

  @Test
  void add_stdinNeverEnds_code5() throws Exception {
    ShimCall.configure(root, "addMillis=100");
    Process shim = ShimCall.of(root, "ADD").start();
    assertTrue(shim.waitFor(30, TimeUnit.SECONDS));

    JsonNode error = new ObjectMapper().readTree(root.resolve("stdout").toFile());
    assertEquals(5, error.path("code").asInt());
  }

  @Test
  void add_tooManyVariables_code4() throws IOException {
    ShimCall call = ShimCall.of(root, "ADD");
    for (int i = 0; i < 64; i++) call = call.with("CNI_X" + i, "y");

    assertError(4, "1.1.0", call.run());
  }

  @Test
  void conf_unusableLines_areNamedAndIgnored() throws IOException {
    ShimCall.configure(
        root, "# fine", "nonsense", "color=red", "addMillis=-1", "socket=relative", "addMillis=1x");
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, "ok"))) {
      Result result = ShimCall.of(root, "ADD").run();

      assertEquals("ok", result.out());
      assertEquals(5, result.err().lines().count());
      assertEquals(1, agent.requests().size());
    }
  }

  @Test
  void conf_longerThanAllowed_isIgnored() throws IOException {
    ShimCall.configure(root, "socket=/nowhere", "#".repeat(70_000));
    try (FakeAgent agent = FakeAgent.at(root, FakeAgent.answers(0, "ok"))) {
      assertEquals("ok", ShimCall.of(root, "ADD").run().out());
      assertEquals(1, agent.requests().size());
    }
  }

  private static byte[] withoutTimeLeft(byte[] frame) {
    byte[] rest = frame.clone();
    Arrays.fill(rest, 32, 36, (byte) 0);
    return rest;
  }

  private static void assertError(int code, String version, Result result) throws IOException {
    assertEquals(1, result.exitCode(), result.toString());
    JsonNode error = new ObjectMapper().readTree(result.out());
    assertEquals(code, error.path("code").asInt(), result.out());
    assertEquals(version, error.path("cniVersion").asText());
    assertFalse(error.path("msg").asText().isEmpty());
    assertFalse(error.path("details").asText().isEmpty());
  }
}
