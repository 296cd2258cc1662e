package io.myriapod.agent.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DEL without an agent: recorded durably, within bounds. */
class ShimSpoolIT {
  @TempDir Path root;

  private Path spool;

  @BeforeEach
  void waitShortly() throws IOException {
    spool = root.resolve("var/lib/myriapod/spool");
    ShimCall.configure(root, "delConnectMillis=30");
  }

  @Test
  void del_absentAgent_recordsTheFrameAndSucceeds() throws IOException {
    Result result = ShimCall.of(root, "DEL").run();

    assertEquals(0, result.exitCode());
    assertEquals("", result.out());
    Path file = only(recorded());
    FakeAgent.Request request = FakeAgent.parse(Files.readAllBytes(file));
    assertTrue(file.getFileName().toString().matches("[0-9]{20}-" + request.id() + "\\.frame"));
    assertEquals("DEL", request.environment().get("CNI_COMMAND"));
    assertEquals(ShimCall.CONFIG, request.text());
    assertEquals(30_000, request.timeLeft());
    assertEquals("rw-------", permissions(file));
    assertEquals("rwx------", permissions(spool));
  }

  @Test
  void del_agentBreaksAndStaysAway_recordsTheFrameThatWasSent() throws Exception {
    FakeAgent[] self = new FakeAgent[1];
    try (FakeAgent agent = FakeAgent.at(root, (request, in, out) -> self[0].close())) {
      self[0] = agent;

      assertEquals(0, ShimCall.of(root, "DEL").run().exitCode());

      byte[] sent = agent.requests().get(0).frame();
      byte[] recorded = Files.readAllBytes(only(recorded()));
      System.arraycopy(recorded, 32, sent, 32, 4); // the time left
      assertArrayEquals(sent, recorded);
    }
  }

  @Test
  void del_absentAgentAndToldToFail_code11() throws IOException {
    ShimCall.configure(root, "delConnectMillis=30", "delWhenAbsent=fail");

    assertRefused(ShimCall.of(root, "DEL").run());
    assertTrue(Files.notExists(spool));
  }

  @Test
  void del_spoolFull_code11() throws IOException {
    fill(4096);

    assertRefused(ShimCall.of(root, "DEL").run());
    assertEquals(4096, recorded().size());
  }

  @Test
  void del_manyAtOnceNearTheLimit_limitHolds() throws IOException {
    fill(4090);
    List<CompletableFuture<Result>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) calls.add(ShimCall.of(root, "DEL").runInBackground());

    long done = calls.stream().filter(call -> call.join().exitCode() == 0).count();

    assertEquals(6, done);
    assertEquals(4096, recorded().size());
  }

  @Test
  void del_spoolIsNoFolder_code11() throws IOException {
    Files.writeString(spool, "in the way");

    assertRefused(ShimCall.of(root, "DEL").run());
  }

  @Test
  void del_longConfig_isRecordedWhole() throws IOException {
    byte[] stdin = new byte[8 << 20];
    Arrays.fill(stdin, (byte) 'x');

    assertEquals(0, ShimCall.of(root, "DEL").withStdin(stdin).run().exitCode());
    assertArrayEquals(stdin, FakeAgent.parse(Files.readAllBytes(only(recorded()))).stdin());
  }

  private void fill(int count) throws IOException {
    Files.createDirectories(spool);
    for (int i = 0; i < count; i++) Files.createFile(spool.resolve("%020d.frame".formatted(i)));
  }

  private List<Path> recorded() throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      return files.toList();
    }
  }

  private static Path only(List<Path> files) {
    assertEquals(1, files.size(), files.toString());
    return files.get(0);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void assertRefused(Result result) {
    assertEquals(1, result.exitCode());
    assertTrue(result.out().contains("\"code\":11,"), result.out());
  }
}
