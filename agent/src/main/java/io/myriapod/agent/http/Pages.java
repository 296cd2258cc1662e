package io.myriapod.agent.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.health.Check;
import io.myriapod.cni.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What there is to read, by path. Filled before it is served; not changed afterwards. */
public final class Pages {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Map<String, Page> byPath = new TreeMap<>();

  /** Writes a whole page. */
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** {@code /metrics}. */
  public Pages metrics(Writer metrics) {
    byPath.put(
        "/metrics",
        verbose -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          metrics.write(out);
          return Answer.ok(PROMETHEUS, out.toByteArray());
        });
    return this;
  }

  /** {@code /livez}, {@code /healthz}, which means the same, and {@code /readyz}. */
  public Pages health(Supplier<List<Check>> liveness, Supplier<List<Check>> readiness) {
    byPath.put("/livez", new HealthPage(liveness));
    byPath.put("/healthz", new HealthPage(liveness));
    byPath.put("/readyz", new HealthPage(readiness));
    return this;
  }

  /** The page that shows the node as it is; it asks for the three others. */
  public Pages live(
      Supplier<String> picture, Supplier<ObjectNode> topology, Supplier<ObjectNode> status) {
    for (LivePage page : LivePage.values()) {
      byPath.put(page.path(), page);
    }
    byPath.put(
        "/topology.svg",
        verbose -> Answer.ok("image/svg+xml", picture.get().getBytes(StandardCharsets.UTF_8)));
    byPath.put("/topology.json", verbose -> json(topology.get()));
    byPath.put("/status.json", verbose -> json(status.get()));
    return this;
  }

  private static Answer json(ObjectNode json) {
    return Answer.ok("application/json", Json.bytes(json));
  }

  Optional<Page> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }
}
