package io.myriapod.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The node at a glance, as lines of two columns. */
final class StatusText {
  private static final int MOST_NETWORKS = 30;
  private static final String UNKNOWN = "unknown";

  private final JsonNode status;
  private final List<List<String>> lines = new ArrayList<>();

  private StatusText(JsonNode status) {
    this.status = status;
  }

  static List<String> lines(JsonNode status) {
    StatusText text = new StatusText(status);
    text.agent();
    text.pods();
    text.devices();
    text.state();
    text.failures();
    return TextTable.aligned(text.lines);
  }

  private void line(String subject, String format, Object... values) {
    lines.add(List.of(subject, format.formatted(values)));
  }

  /** Whether there is a part of that name; one that could not be read says why. */
  private boolean has(String part) {
    JsonNode json = status.path(part);
    if (json.has(UNKNOWN)) {
      line(part, "unknown: %s", json.path(UNKNOWN).asText());
      return false;
    }
    return !json.isMissingNode() && !(json.isArray() && json.isEmpty());
  }

  private void agent() {
    JsonNode agent = status.path("agent");
    if (agent.isObject()) {
      line(
          "agent",
          "%s, up %s (since %s), process %s, Java %s",
          agent.path("version").asText(),
          shown(Duration.ofSeconds(agent.path("upSeconds").asLong())),
          agent.path("since").asText(),
          agent.path("pid").asText(),
          agent.path("java").asText());
    } else {
      line("agent", "none runs; what follows is what its files say");
    }
    String missing =
        stream(status.path("checks"))
            .filter(check -> !check.path("ok").asBoolean())
            .map(check -> check.path("reason").asText())
            .collect(Collectors.joining("; "));
    line("ready", "%s", status.path("ready").asBoolean() ? "yes" : "no: " + missing);
    if (agent.has("http")) {
      line("http", "%s", agent.path("http").asText());
    }
  }

  static String shown(Duration up) {
    if (up.toDays() > 0) {
      return "%d d %d h".formatted(up.toDays(), up.toHoursPart());
    }
    return up.toHours() > 0
        ? "%d h %d min".formatted(up.toHours(), up.toMinutesPart())
        : "%d min %d s".formatted(up.toMinutes(), up.toSecondsPart());
  }

  private void pods() {
    if (!has("pods")) {
      return;
    }
    JsonNode pods = status.path("pods");
    line("pods", "%s with %s", pods.path("pods").asText(), counted(pods, "interfaces"));
    JsonNode networks = pods.path("networks");
    stream(networks)
        .limit(MOST_NETWORKS)
        .forEach(
            one ->
                line(
                    "  " + one.path("network").asText(),
                    "%s of %s",
                    counted(one, "interfaces"),
                    counted(one, "pods")));
    if (networks.size() > MOST_NETWORKS) {
      line("  …", "%d more networks; -o json has them", networks.size() - MOST_NETWORKS);
    }
  }

  private void devices() {
    if (has("functions")) {
      status.path("functions").forEach(this::card);
    }
    if (has("pools")) {
      status.path("pools").forEach(this::pool);
    }
  }

  private void card(JsonNode card) {
    long free = card.path("made").asLong() - card.path("held").asLong();
    line(
        "card " + card.path("address").asText(),
        "%s%s of %s virtual functions, %s held, %d not",
        stream(card.path("interfaces")).map(name -> name.asText() + ": ").findFirst().orElse(""),
        card.path("made").asText(),
        card.path("possible").asText(),
        card.path("held").asText(),
        free);
  }

  private void pool(JsonNode pool) {
    line(
        "pool " + pool.path("resource").asText(),
        "%s, %s healthy, %s allocated%s",
        counted(pool, "devices"),
        pool.path("healthy").asText(),
        pool.path("allocated").asText(),
        pool.has("registration") ? ", " + pool.at("/registration/state").asText() : "");
  }

  private void state() {
    if (has("journal")) {
      JsonNode journal = status.path("journal");
      line(
          "journal",
          "%s, %d KiB",
          counted(journal, "records"),
          (journal.path("bytes").asLong() + 1023) / 1024);
      journal
          .path("failures")
          .forEach(
              one ->
                  line(
                      "  " + one.path("pod").asText(),
                      "%s: %s",
                      one.path("interface").asText(),
                      one.path("reason").asText()));
    }
    if (has("spool")) {
      JsonNode spool = status.path("spool");
      long aside = spool.path("setAside").asLong();
      line(
          "spool",
          "%s%s",
          spool.path("waiting").asLong() == 0
              ? "empty"
              : "DELs still to be done: " + spool.path("waiting").asText(),
          aside == 0 ? "" : ", %d unreadable in bad/".formatted(aside));
    }
    queue();
    apiServer();
  }

  private void queue() {
    if (has("queue")) {
      line(
          "queue",
          "%s adding, %s waiting; %s removing, %s waiting",
          status.at("/queue/adding/running").asText(),
          status.at("/queue/adding/waiting").asText(),
          status.at("/queue/removing/running").asText(),
          status.at("/queue/removing/waiting").asText());
    }
  }

  private void apiServer() {
    if (!has("apiServer")) {
      return;
    }
    JsonNode api = status.path("apiServer");
    line(
        "API server",
        "%s; %s and %s known, %s; %s to be told",
        api.path("reachable").asBoolean()
            ? "answers"
            : "does not answer: " + api.path("lastError").asText("no answer yet"),
        counted(api, "pods"),
        counted(api, "networks"),
        api.path("watching").asBoolean() ? "watched" : "not watched now",
        api.path("waiting").asText());
  }

  private void failures() {
    if (has("lastFailures")) {
      line("last failures", "");
      status.path("lastFailures").forEach(this::failure);
    }
  }

  private void failure(JsonNode flight) {
    String pod = flight.path("pod").asText();
    line(
        "  " + flight.path("time").asText().replaceAll("\\.\\d+", ""),
        "%s of %s: code %s: %s",
        flight.path("verb").asText(),
        pod.isEmpty() ? "container " + flight.path("container").asText() : pod,
        flight.at("/error/code").asText(),
        flight.at("/error/msg").asText());
  }

  /** {@code 1 pod}, {@code 2 pods}. */
  private static String counted(JsonNode json, String things) {
    long number = json.path(things).asLong();
    return "%d %s"
        .formatted(number, number == 1 ? things.substring(0, things.length() - 1) : things);
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
