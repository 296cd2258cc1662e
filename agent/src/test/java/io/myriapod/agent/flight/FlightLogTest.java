package io.myriapod.agent.flight;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.flight.Flight.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightLogTest {
  private static final FlightStep STEP = new FlightStep(0.25, "STEP_RECORDED", "link", "net1");

  @TempDir private Path folder;

  private static Flight flight(String pod, List<FlightStep> steps) {
    return new Flight(
        Instant.parse("2025-03-04T05:06:07.123456Z"),
        new Asked("ADD", "myriapod", "4f3a9c21b7d0", "eth0", "node", pod),
        12.5,
        Map.of(Stage.IPAM, 1.5, Stage.KERNEL, 6.25),
        steps,
        Optional.of(new Failure(7, "it is so", "do this")));
  }

  @Test
  void read_whatWasAppended_isTheSame() throws IOException {
    FlightLog log = new FlightLog(folder.resolve("flights"));
    log.append(flight("shop/a", List.of(STEP)));
    log.append(flight("shop/b", List.of()));

    assertEquals(
        List.of(flight("shop/a", List.of(STEP)), flight("shop/b", List.of())),
        log.read(any -> true, 10));
    assertEquals(List.of(flight("shop/b", List.of())), log.read(any -> true, 1));
  }

  @Test
  void read_nothingYet_isEmpty() throws IOException {
    assertEquals(List.of(), new FlightLog(folder.resolve("absent")).read(any -> true, 10));
  }

  @Test
  void append_manyTimes_keepsTheNewestWithinItsBound() throws IOException {
    FlightLog log = new FlightLog(folder, 10_000);
    for (int number = 0; number < 200; number++) {
      log.append(flight("shop/p" + number, List.of(STEP)));
    }

    List<Flight> kept = log.read(any -> true, 1_000);
    assertEquals("shop/p199", kept.get(kept.size() - 1).asked().pod());
    assertTrue(kept.size() > 20 && kept.size() < 200, "kept " + kept.size());
    assertTrue(Files.size(folder.resolve("flights.jsonl")) <= 10_000);
    assertTrue(Files.size(folder.resolve("flights.1.jsonl")) <= 10_000);
  }

  @Test
  void append_endlesslyManySteps_keepsTheRest() throws IOException {
    FlightLog log = new FlightLog(folder);
    FlightStep wide = new FlightStep(1, "CLUSTER", "x".repeat(1_000), "");

    log.append(flight("shop/a", Collections.nCopies(500, wide)));

    assertEquals(List.of(flight("shop/a", List.of())), log.read(any -> true, 10));
  }

  @Test
  void read_tornAndForeignLines_arePassedOver() throws IOException {
    FlightLog log = new FlightLog(folder);
    Path file = folder.resolve("flights.jsonl");
    Files.write(
        file,
        "{\"time\": \"yesterday\"}\n[1]\n\u0000\u00e9\n{\"time\":\"2025\n".getBytes(ISO_8859_1));
    log.append(flight("shop/a", List.of()));
    Files.writeString(file, "{\"time\":\"2025-03-0", StandardOpenOption.APPEND);

    assertEquals(List.of(flight("shop/a", List.of())), log.read(any -> true, 10));
  }

  @Test
  void append_folder_isItsOwnersAlone() throws IOException {
    new FlightLog(folder.resolve("flights")).append(flight("shop/a", List.of()));

    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("flights"))));
  }

  @Test
  void append_folderThatCannotBeMade_harmsNobody() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    new FlightLog(file.resolve("below")).append(flight("shop/a", List.of()));

    assertFalse(Files.isDirectory(file));
  }
}
