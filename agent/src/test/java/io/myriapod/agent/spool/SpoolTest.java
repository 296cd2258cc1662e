package io.myriapod.agent.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.socket.FrameCodec;
import io.myriapod.agent.socket.FrameException;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.types.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path folder;

  private Path directory;
  private Spool spool;
  private final List<String> delivered = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    directory = Files.createDirectory(folder.resolve("spool"));
    spool = new Spool(directory, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void replay_noFolder_isEmpty() throws IOException {
    SpoolReport report = new Spool(folder.resolve("none")).replay(this::note);

    assertEquals(new SpoolReport(List.of(), Map.of(), Map.of()), report);
  }

  @Test
  void replay_several_oldestFirstAndRemoved() throws IOException {
    record("00000000000000000002", "DEL", "b");
    record("00000000000000000001", "DEL", "a");
    record("00000000000000000010", "DEL", "c");

    SpoolReport report = spool.replay(this::note);

    assertEquals(List.of("a", "b", "c"), delivered);
    assertEquals(3, report.delivered().size());
    assertEquals(Set.of(), names(directory));
  }

  @Test
  void replay_oneCannotBeDone_staysAndOthersAreDone() throws IOException {
    Path first = record("00000000000000000001", "DEL", "a");
    record("00000000000000000002", "DEL", "b");
    Delivery delivery =
        (request, stillRecorded) -> {
          if (container(request).equals("a")) throw new IllegalStateException("not yet");
          note(request, stillRecorded);
        };

    SpoolReport report = spool.replay(delivery);

    assertEquals(Map.of(first, "not yet"), report.kept());
    assertEquals(List.of("b"), delivered);
    spool.replay(this::note);
    assertEquals(List.of("b", "a"), delivered);
  }

  @Test
  void replay_noReadableDel_setAsideWithTheReason() throws IOException {
    Path garbage = Files.writeString(directory.resolve("1.frame"), "garbage, and long enough");
    Path add = record("2", "ADD", "a");
    Path link = Files.createSymbolicLink(directory.resolve("3.frame"), folder);
    Path empty = Files.createFile(directory.resolve("4.frame"));

    SpoolReport report = spool.replay(this::note);

    assertEquals(Set.of(garbage, add, link, empty), report.setAside().keySet());
    assertEquals(List.of(), delivered);
    assertEquals(Set.of("bad"), names(directory));
    Path bad = directory.resolve("bad");
    assertEquals(8, names(bad).size());
    assertTrue(Files.readString(bad.resolve("1.frame.reason")).contains("not with MYRI"));
    String reason = Files.readString(bad.resolve(add.getFileName() + ".reason"));
    assertTrue(reason.contains("it asks for \"ADD\"; only DEL is recorded"), reason);
  }

  @Test
  void replay_frameCutShort_setAside() throws IOException {
    Path file = record("1", "DEL", "a");
    byte[] frame = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(frame, frame.length - 1));

    assertEquals(Set.of(file), spool.replay(this::note).setAside().keySet());
  }

  @Test
  void replay_tooMuchSetAsideAlready_badFileIsDropped() throws IOException {
    Path bad = Files.createDirectory(directory.resolve("bad"));
    for (int i = 0; i < 512; i++) Files.createFile(bad.resolve("old" + i));
    Files.createFile(directory.resolve("1.frame"));

    spool.replay(this::note);

    assertEquals(512, names(bad).size());
    assertEquals(Set.of("bad"), names(directory));
  }

  @Test
  void replay_halfWrittenFiles_onlyOldOnesAreRemoved() throws IOException {
    Path fresh = Files.createFile(directory.resolve(".tmp-fresh"));
    Path dead = Files.createFile(directory.resolve(".tmp-dead"));
    Files.setLastModifiedTime(fresh, FileTime.from(NOW.minusSeconds(60)));
    Files.setLastModifiedTime(dead, FileTime.from(NOW.minusSeconds(6000)));

    spool.replay(this::note);

    assertEquals(Set.of(".tmp-fresh"), names(directory));
  }

  private Path record(String time, String command, String container) throws IOException {
    RequestFrame request =
        new RequestFrame(
            RequestId.random(),
            Duration.ofSeconds(30),
            "myriapod",
            Map.of("CNI_COMMAND", command, "CNI_CONTAINERID", container),
            new byte[0]);
    Path file = directory.resolve(time + "-" + request.id() + ".frame");
    return Files.write(file, FrameCodec.encode(request));
  }

  @Test
  void replay_requestThatCanNeverBeDone_setAside() throws IOException {
    Path file = record("1", "DEL", "a");

    SpoolReport report =
        spool.replay(
            (request, stillRecorded) -> {
              throw new FrameException("no DEL that can be done");
            });

    assertEquals(Set.of(file), report.setAside().keySet());
    assertEquals(Set.of("bad"), names(directory));
  }

  @Test
  void replayOf_container_deliversItsOwnAloneAndTellsTheReplay() throws IOException {
    record("1", "DEL", "a");
    record("2", "DEL", "b");
    List<Boolean> still = new ArrayList<>();

    spool.replay(
        (request, stillRecorded) -> {
          if (container(request).equals("a")) {
            replayOf("b");
          }
          still.add(stillRecorded.getAsBoolean());
        });

    assertEquals(List.of("b"), delivered);
    assertEquals(List.of(true), still, "b was delivered by replayOf before its turn came");
    assertEquals(Set.of(), names(directory));
  }

  @Test
  void replayOf_notDoneYet_staysRecorded() throws IOException {
    record("1", "DEL", "a");

    assertThrows(
        IllegalStateException.class,
        () ->
            spool.replayOf(
                new ContainerId("a"),
                request -> {
                  throw new IllegalStateException("not yet");
                }));

    assertEquals(1, names(directory).size());
  }

  private void replayOf(String container) {
    try {
      spool.replayOf(new ContainerId(container), request -> delivered.add(container(request)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void note(RequestFrame request, BooleanSupplier stillRecorded) {
    delivered.add(container(request));
  }

  private static String container(RequestFrame request) {
    return request.environment().get("CNI_CONTAINERID");
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
