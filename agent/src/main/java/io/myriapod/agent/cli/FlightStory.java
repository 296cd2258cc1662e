package io.myriapod.agent.cli;

import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.FlightStep;
import io.myriapod.agent.flight.Stage;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A flight in words. */
final class FlightStory {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_INSTANT;

  /** Of the journal's phases and the stages; those that are not here say nothing to people. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("RECORD_PLANNED", "planned"),
          Map.entry("STEP_RECORDED", "begins"),
          Map.entry("STEP_REFINED", "done"),
          Map.entry("RECORD_ATTACHED", "attached"),
          Map.entry("DELETE_BEGUN", "is to be taken away"),
          Map.entry("INVERSE_STARTING", "undoes"),
          Map.entry("INVERSE_RUN", "undone"),
          Map.entry("INVERSE_FAILED", "could not be undone"),
          Map.entry("RECORD_ENDED", "gone"),
          Map.entry(Stage.CLUSTER.name(), "asked for"),
          Map.entry(Stage.DEVICES.name(), "asked the kubelet for"),
          Map.entry(Stage.IPAM.name(), "addresses of"),
          Map.entry(Stage.STATUS.name(), "published"));

  private FlightStory() {}

  /**
   * Its lines.
   *
   * @param interfaceName of which alone steps are wanted; absent: of all
   */
  static List<String> lines(Flight flight, Optional<String> interfaceName) {
    List<String> lines = new ArrayList<>();
    Flight.Asked asked = flight.asked();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s  %s of container %s %s: %s in %.1f ms",
            TIME.format(flight.begun().truncatedTo(ChronoUnit.MILLIS)),
            asked.verb(),
            shortened(asked.container()),
            asked.interfaceName(),
            flight.failure().map(failure -> "code " + failure.code()).orElse("ok"),
            flight.millis()));
    flight
        .failure()
        .ifPresent(
            failure -> {
              lines.add("  " + failure.message());
              if (!failure.details().isEmpty()) {
                lines.add("  what to do: " + failure.details());
              }
            });
    lines.add("  " + stages(flight));
    flight.steps().stream()
        .filter(step -> WORDS.containsKey(step.what()))
        .filter(
            step ->
                interfaceName.isEmpty()
                    || step.subject().isEmpty()
                    || step.subject().equals(interfaceName.get()))
        .map(FlightStory::line)
        .forEach(lines::add);
    return lines;
  }

  private static String stages(Flight flight) {
    return Arrays.stream(Stage.values())
        .filter(flight.stages()::containsKey)
        .map(
            stage ->
                "%s %s"
                    .formatted(
                        stage.text(),
                        String.format(Locale.ROOT, "%.1f", flight.stages().get(stage))))
        .collect(Collectors.joining(", ", "ms: ", ""));
  }

  private static String line(FlightStep step) {
    String subject = step.subject().isEmpty() ? "" : step.subject() + " ";
    return String.format(
            Locale.ROOT,
            "%10.2f  %s%s %s",
            step.atMillis(),
            subject,
            WORDS.get(step.what()),
            step.detail())
        .stripTrailing();
  }

  static String shortened(String container) {
    return container.length() > 12 ? container.substring(0, 12) : container;
  }
}
