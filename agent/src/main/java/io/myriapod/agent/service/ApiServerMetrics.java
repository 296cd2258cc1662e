package io.myriapod.agent.service;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.kubernetes.apiserver.ApiServerState;
import io.myriapod.kubernetes.apiserver.ApiServerState.Cached;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** How the agent stands with the API server, as metrics. */
final class ApiServerMetrics {
  private ApiServerMetrics() {}

  /** Registers them; each look takes a state of its own. */
  static void register(AgentMetrics metrics, Supplier<ApiServerState> state) {
    metrics.gauge(
        "myriapod_api_reachable",
        "Whether the API server answered the last request.",
        () -> state.get().reachable() ? 1L : 0L);
    byResource(
        metrics,
        "myriapod_api_cached_objects",
        "Objects in the caches.",
        state,
        cached -> (long) cached.size());
    byResource(
        metrics,
        "myriapod_api_watching",
        "Whether changes of them arrive.",
        state,
        cached -> cached.watching() ? 1L : 0L);
    metrics.gauge(
        "myriapod_api_waiting",
        "What is still to be told.",
        "what",
        () ->
            Map.of(
                "statuses", (long) state.get().statuses().waiting(),
                "events", (long) state.get().events().waiting()));
    requests(metrics, state);
    dropped(metrics, state);
  }

  private static void dropped(AgentMetrics metrics, Supplier<ApiServerState> state) {
    CounterWithCallback.builder()
        .name("myriapod_api_dropped_total")
        .help("What the API server was not told, as it refused it or too much waited.")
        .labelNames("what")
        .callback(
            shown -> {
              ApiServerState now = state.get();
              shown.call(now.statuses().dropped(), "statuses");
              shown.call(now.events().dropped(), "events");
            })
        .register(metrics.registry());
  }

  private static void requests(AgentMetrics metrics, Supplier<ApiServerState> state) {
    CounterWithCallback.builder()
        .name("myriapod_api_requests_total")
        .help("Requests to the API server.")
        .labelNames("verb", "resource", "code")
        .callback(
            shown ->
                state
                    .get()
                    .requests()
                    .forEach(
                        (kind, number) ->
                            shown.call(
                                number,
                                kind.access().verb(),
                                kind.access().resource(),
                                Integer.toString(kind.code()))))
        .register(metrics.registry());
  }

  private static void byResource(
      AgentMetrics metrics,
      String name,
      String help,
      Supplier<ApiServerState> state,
      Function<Cached, Long> number) {
    metrics.gauge(
        name,
        help,
        "resource",
        () ->
            Map.of(
                "pods", number.apply(state.get().pods()),
                "networks", number.apply(state.get().networks())));
  }
}
