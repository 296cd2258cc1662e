package io.myriapod.agent.service;

import io.myriapod.agent.flight.Comparison;
import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.Flight.Asked;
import io.myriapod.agent.flight.Flight.Failure;
import io.myriapod.agent.flight.FlightLog;
import io.myriapod.agent.flight.FlightRecorder;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.status.LastFailures;
import io.myriapod.cni.error.CniException;
import io.myriapod.types.Quoted;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has operations counted, and those recorded that say something of a pod. */
record Flights(
    FlightRecorder recorder, FlightLog log, LastFailures failures, AgentMetrics metrics) {
  /** The networks of a running pod were changed: no verb of CNI. */
  static final String HOT_PLUG = "HOTPLUG";

  private static final Set<String> KEPT = Set.of("ADD", "DEL", "GC", HOT_PLUG);

  /** Not what else the command line asks by the same way. */
  private static final Set<String> COUNTED =
      Set.of("ADD", "DEL", "CHECK", "GC", "STATUS", "VERSION", HOT_PLUG);

  private static final Pattern POD_NAMESPACE =
      Pattern.compile("(?:^|;)K8S_POD_NAMESPACE=([^;]{1,253})(?:;|$)");
  private static final Pattern POD_NAME =
      Pattern.compile("(?:^|;)K8S_POD_NAME=([^;]{1,253})(?:;|$)");

  /** How long the shim waits in all. docs/shim-protocol.md, "shim.conf" */
  private static final Map<String, Duration> PATIENCE =
      Map.of(
          "ADD", Duration.ofSeconds(90),
          "DEL", Duration.ofSeconds(30),
          "GC", Duration.ofSeconds(30),
          "CHECK", Duration.ofSeconds(10),
          "STATUS", Duration.ofSeconds(10));

  private static final int LONGEST_WORD = 253;
  private static final int LONGEST_SENTENCE = 4_096;

  /** To be called by the thread that does it. */
  void begin(RequestFrame request) {
    Duration inShim =
        PATIENCE.getOrDefault(request.command(), request.timeLeft()).minus(request.timeLeft());
    recorder.begin(asked(request), inShim);
  }

  private static Asked asked(RequestFrame request) {
    Map<String, String> environment = request.environment();
    return new Asked(
        word(request.command()),
        word(request.calledAs()),
        word(environment.getOrDefault("CNI_CONTAINERID", "")),
        word(environment.getOrDefault("CNI_IFNAME", "")),
        "",
        pod(environment.getOrDefault("CNI_ARGS", "")));
  }

  private static String pod(String arguments) {
    Matcher namespace = POD_NAMESPACE.matcher(arguments);
    Matcher name = POD_NAME.matcher(arguments);
    return namespace.find() && name.find()
        ? word(namespace.group(1)) + "/" + word(name.group(1))
        : "";
  }

  private static String word(String text) {
    return Quoted.oneLine(text, LONGEST_WORD);
  }

  /** The same for an operation that no shim asks for. */
  void begin(Asked asked) {
    recorder.begin(asked, Duration.ofNanos(-1));
  }

  /** Ends one of which there is nothing to tell. */
  void drop() {
    recorder.end(Optional.empty());
  }

  /** To be called by the same thread once the answer is given. */
  void end(Optional<CniException> failure) {
    Flight flight = recorder.end(failure.map(Flights::shown));
    if (!COUNTED.contains(flight.asked().verb())
        || flight.asked().calledAs().equals(Comparison.CALLED_AS)) {
      return;
    }
    metrics.operation(flight);
    boolean failedCheck = flight.asked().verb().equals("CHECK") && failure.isPresent();
    if (KEPT.contains(flight.asked().verb()) || failedCheck) {
      log.append(flight);
    }
    failures.ended(flight);
  }

  private static Failure shown(CniException e) {
    return new Failure(
        e.code(),
        Quoted.oneLine(e.getMessage(), LONGEST_SENTENCE),
        Quoted.oneLine(e.details(), LONGEST_SENTENCE));
  }
}
