package io.myriapod.agent.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.JournalPhase;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlightRecorderTest {
  private static final Asked ADD = new Asked("ADD", "myriapod", "c1", "eth0", "", "shop/a");
  private static final AttachmentKey NET1 =
      new AttachmentKey(new ContainerId("c1"), new InterfaceName("net1"));

  private final FlightRecorder recorder = new FlightRecorder();

  @Test
  void end_afterSteps_hasThemInTheirOrder() {
    recorder.begin(ADD, Duration.ofMillis(3));
    assertEquals("pod", recorder.during(Stage.CLUSTER, "pod shop/a", () -> "pod"));
    recorder.reached(JournalPhase.STEP_RECORDED, NET1, "link");
    recorder.spent(Stage.QUEUE, Duration.ofMillis(2));
    Flight flight = recorder.end(Optional.empty());

    assertEquals(ADD, flight.asked());
    assertEquals(
        List.of("CLUSTER pod shop/a ", "STEP_RECORDED link net1"),
        flight.steps().stream()
            .map(step -> "%s %s %s".formatted(step.what(), step.detail(), step.subject()))
            .toList());
    assertEquals(3.0, flight.stages().get(Stage.SHIM));
    assertEquals(2.0, flight.stages().get(Stage.QUEUE));
    assertEquals(Set.of(Stage.SHIM, Stage.QUEUE, Stage.CLUSTER), flight.stages().keySet());
    assertTrue(flight.steps().get(0).atMillis() <= flight.millis());
  }

  @Test
  void during_workThatThrows_isCountedAllTheSame() {
    recorder.begin(ADD, Duration.ZERO);
    IllegalStateException failure = new IllegalStateException("no");

    assertThrows(
        IllegalStateException.class,
        () ->
            recorder.during(
                Stage.STATUS,
                "status",
                () -> {
                  throw failure;
                }));

    assertEquals("STATUS", recorder.end(Optional.empty()).steps().get(0).what());
  }

  @Test
  void reached_noOperationInThisThread_isNothing() {
    recorder.reached(JournalPhase.RECORD_ENDED, NET1, "");
    recorder.spent(Stage.QUEUE, Duration.ofMillis(1));
    assertEquals(5, recorder.during(Stage.IPAM, "x", () -> 5));

    recorder.begin(ADD, Duration.ZERO);
    assertEquals(List.of(), recorder.end(Optional.empty()).steps());
  }

  @Test
  void reached_endlessly_isBounded() {
    recorder.begin(ADD, Duration.ZERO);
    for (int step = 0; step < 10_000; step++) {
      recorder.reached(JournalPhase.FACT_RECORDED, NET1, "fact");
    }

    assertEquals(512, recorder.end(Optional.empty()).steps().size());
  }
}
