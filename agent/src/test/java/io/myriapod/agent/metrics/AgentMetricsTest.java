package io.myriapod.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.flight.Flight.Failure;
import io.myriapod.agent.flight.Stage;
import io.myriapod.agent.metrics.AgentMetrics.Rare;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentMetricsTest {
  @TempDir private Path folder;
  private final AgentMetrics metrics = new AgentMetrics();

  private List<String> lines() throws IOException {
    Path file = folder.resolve("metrics.prom");
    metrics.writeTo(file);
    return Files.readAllLines(file);
  }

  private static Flight flight(Optional<Failure> failure) {
    return new Flight(
        Instant.EPOCH,
        new Asked("ADD", "myriapod", "c1", "eth0", "node", "shop/a"),
        12.5,
        Map.of(Stage.KERNEL, 6.0),
        List.of(),
        failure);
  }

  @Test
  void operation_doneAndFailed_areCountedByResult() throws IOException {
    metrics.operation(flight(Optional.empty()));
    metrics.operation(flight(Optional.empty()));
    metrics.operation(flight(Optional.of(new Failure(11, "later", ""))));

    List<String> lines = lines();
    for (String line :
        List.of(
            "myriapod_operations_total{network=\"node\",result=\"ok\",verb=\"ADD\"} 2.0",
            "myriapod_operations_total{network=\"node\",result=\"11\",verb=\"ADD\"} 1.0",
            "myriapod_operation_seconds_bucket{verb=\"ADD\",le=\"0.01\"} 0",
            "myriapod_operation_seconds_bucket{verb=\"ADD\",le=\"0.025\"} 3",
            "myriapod_operation_seconds_count{verb=\"ADD\"} 3",
            "myriapod_stage_seconds_count{stage=\"kernel\",verb=\"ADD\"} 3")) {
      assertTrue(lines.contains(line), line + " is not in\n" + String.join("\n", lines));
    }
  }

  @Test
  void writeTo_nothingHappened_showsWhatIsRareWithZero() throws IOException {
    metrics.count(Rare.SWEEPS_REFUSED);

    List<String> lines = lines();
    assertTrue(lines.contains("myriapod_sweeps_refused_total 1.0"), lines.toString());
    assertTrue(lines.contains("myriapod_address_conflicts_total 0.0"), lines.toString());
    assertTrue(lines.contains("# TYPE myriapod_removed_by_sweep_total counter"), lines.toString());
    assertEquals(1, Files.list(folder).count());
  }

  @Test
  void writeTo_seriesOfTheProcess_areLeftToNodeExporter() throws IOException {
    ProcessMetrics.register(metrics);
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.write(page);

    assertTrue(page.toString(StandardCharsets.UTF_8).contains("process_cpu_seconds_total"));
    assertTrue(lines().stream().noneMatch(line -> line.contains("process_")));
  }

  @Test
  void gauge_numbersOfNow_areShownWheneverSomebodyLooks() throws IOException {
    metrics.gauge("myriapod_attachments", "Attachments.", "network", () -> Map.of("shop/a", 3L));
    metrics.gauge("myriapod_one", "One.", () -> 1L);

    assertTrue(lines().contains("myriapod_attachments{network=\"shop/a\"} 3.0"));
    assertTrue(lines().contains("myriapod_one 1.0"));
  }
}
