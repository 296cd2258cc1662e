package io.myriapod.agent.cli;

import io.myriapod.agent.forecast.Forecast;
import io.myriapod.agent.forecast.Forecast.Attachment;
import io.myriapod.agent.forecast.Forecast.Device;
import io.myriapod.agent.forecast.Forecast.Note;
import io.myriapod.agent.forecast.Forecast.Step;
import io.myriapod.cni.json.Json;
import io.myriapod.types.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A forecast for people. */
final class ForecastText {
  private static final int LONGEST = 2_000;

  private final List<String> lines = new ArrayList<>();

  /** Most often those of all networks are the same. */
  private String shownArgs = "";

  private ForecastText() {}

  static List<String> lines(Forecast forecast) {
    ForecastText text = new ForecastText();
    text.add("pod %s, by %s".formatted(forecast.pod(), forecast.nodeConfig()));
    forecast.attachments().forEach(each -> text.attachment(each, forecast.notes()));
    forecast.notes().stream()
        .filter(note -> forecast.attachments().stream().noneMatch(it -> isOf(it, note)))
        .forEach(note -> text.note("  ", note));
    forecast
        .error()
        .ifPresent(
            error -> {
              text.add("  error %d: %s".formatted(error.code(), error.getMessage()));
              text.details("  ", error.details());
            });
    return text.lines;
  }

  private static boolean isOf(Attachment attachment, Note note) {
    return note.network().equals(attachment.network());
  }

  private void add(String line) {
    lines.add(Quoted.oneLine(line, LONGEST));
  }

  private void details(String indent, String details) {
    if (!details.isEmpty()) {
      add(indent + "  " + details);
    }
  }

  private void note(String indent, Note note) {
    add("%s%s: %s".formatted(indent, ValidateCommand.word(note.severity()), note.message()));
    details(indent, note.details());
  }

  private void attachment(Attachment attachment, List<Note> notes) {
    add("  %s  %s".formatted(attachment.interfaceName(), attachment.network()));
    add("    from %s".formatted(attachment.source()));
    attachment.device().ifPresent(device -> add("    device " + shown(device)));
    attachment
        .defaultRoute()
        .ifPresent(
            gateways ->
                add(
                    gateways.isEmpty()
                        ? "    gets the pod's default route, by its own gateway"
                        : "    gets the pod's default route, by " + String.join(", ", gateways)));
    if (!attachment.cniArgs().equals(shownArgs)) {
      shownArgs = attachment.cniArgs();
      add("    CNI_ARGS " + shownArgs);
    }
    attachment.plugins().forEach(this::step);
    notes.stream().filter(note -> isOf(attachment, note)).forEach(note -> note("    ", note));
  }

  private static String shown(Device device) {
    String id =
        device
            .index()
            .map(index -> "number %d of the pod's, decided at Allocate".formatted(index))
            .orElse(device.id().value());
    return device.resource().map(resource -> "of %s: %s".formatted(resource, id)).orElse(id);
  }

  private void step(Step step) {
    String given =
        step.capabilities().isEmpty() ? "" : ", is given " + String.join(", ", step.capabilities());
    add(
        "    %s, %s%s"
            .formatted(step.type(), step.builtin() ? "built in" : "executed on the node", given));
    Json.parse(step.config().getBytes(StandardCharsets.UTF_8), "network configuration")
        .toPrettyString()
        .lines()
        .forEach(line -> add("      " + line));
  }
}
