package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.devices.DeviceService;
import io.myriapod.agent.health.Check;
import io.myriapod.agent.health.Health;
import io.myriapod.agent.service.ContainerLanes.Lane;
import io.myriapod.agent.status.NodeGlance;
import io.myriapod.agent.status.Release;
import io.myriapod.agent.status.StatusClient.Question;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.kubernetes.apiserver.ApiServerState;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers questions about the node as a whole; changes nothing. */
final class StatusService {
  private final AgentPaths paths;
  private final Health health;
  private final NodeGlance glance;
  private final ContainerLanes lanes;
  private final DeviceService devices;
  private final Optional<Supplier<ApiServerState>> apiServer;
  private final Instant since = Instant.now();

  StatusService(
      AgentPaths paths,
      Health health,
      NodeGlance glance,
      ContainerLanes lanes,
      DeviceService devices,
      Optional<Supplier<ApiServerState>> apiServer) {
    this.paths = paths;
    this.health = health;
    this.glance = glance;
    this.lanes = lanes;
    this.devices = devices;
    this.apiServer = apiServer;
  }

  /**
   * Answers a question of the command line.
   *
   * @throws CniException 4 if there is no such question
   */
  ObjectNode answer(String question) {
    if (question.equals(Question.GLANCE.name())) {
      return glance();
    }
    throw new CniException(
        ErrorCode.BAD_ENVIRONMENT,
        "status: there is no question " + Quoted.shortened(question),
        "ask with the `myriapod` of the same release");
  }

  /** The node at a glance. */
  ObjectNode glance() {
    ObjectNode json = Json.object();
    process(json.putObject("agent"));
    List<Check> checks = health.readiness();
    json.put("ready", checks.stream().allMatch(Check::ok));
    ArrayNode list = json.putArray("checks");
    checks.forEach(check -> list.add(check.toJson()));
    glance.into(json);
    json.set("pools", devices.poolsAtAGlance());
    ObjectNode queue = json.putObject("queue");
    for (Lane lane : Lane.values()) {
      ContainerLanes.Load load = lanes.load(lane);
      queue
          .putObject(lane.name().toLowerCase(Locale.ROOT))
          .put("running", load.running())
          .put("waiting", load.waiting());
    }
    apiServer.ifPresent(state -> put(json.putObject("apiServer"), state.get()));
    return json;
  }

  private void process(ObjectNode json) {
    json.put("version", Release.text())
        .put("since", since.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("upSeconds", Duration.between(since, Instant.now()).toSeconds())
        .put("pid", ProcessHandle.current().pid())
        .put("java", System.getProperty("java.runtime.version"));
    url().ifPresent(url -> json.put("http", url));
  }

  private Optional<String> url() {
    try {
      return Optional.of(Files.readString(paths.http()).strip());
    } catch (IOException e) {
      return Optional.empty(); // it is not open
    }
  }

  private static void put(ObjectNode json, ApiServerState state) {
    json.put("reachable", state.reachable())
        .put("pods", state.pods().size())
        .put("networks", state.networks().size())
        .put("watching", state.pods().watching() && state.networks().watching())
        .put("waiting", state.statuses().waiting() + state.events().waiting());
    state.lastError().ifPresent(error -> json.put("lastError", error));
    state.unansweredFor().ifPresent(silence -> json.put("unansweredSeconds", silence.toSeconds()));
  }
}
