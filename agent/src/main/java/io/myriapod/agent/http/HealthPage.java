package io.myriapod.agent.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.health.Check;
import io.myriapod.cni.json.Json;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code ok}, or 503 with what is not; as JSON if it is to be verbose. */
record HealthPage(Supplier<List<Check>> checks) implements Page {
  private static final int UNAVAILABLE = 503;

  @Override
  public Answer answer(boolean verbose) {
    List<Check> all = checks.get();
    boolean ok = all.stream().allMatch(Check::ok);
    int status = ok ? 200 : UNAVAILABLE;
    if (verbose) {
      return new Answer(status, "application/json", Json.bytes(json(all, ok)));
    }
    return ok
        ? Answer.text(status, "ok")
        : Answer.text(status, all.stream().map(Check::line).collect(Collectors.joining("\n")));
  }

  private static ObjectNode json(List<Check> all, boolean ok) {
    ObjectNode json = Json.object().put("ok", ok);
    ArrayNode list = json.putArray("checks");
    all.forEach(check -> list.add(check.toJson()));
    return json;
  }
}
