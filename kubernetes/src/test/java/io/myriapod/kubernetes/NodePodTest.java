package io.myriapod.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodePodTest {
  private static final String RUNNING =
      """
      {"metadata": {%s}, "spec": {},
       "status": {"phase": "Running",
         "initContainerStatuses": [
           {"state": {"terminated": {"startedAt": "2026-01-01T00:00:00Z"}}}],
         "containerStatuses": [
           {"state": {"waiting": {"reason": "CrashLoopBackOff"}}},
           {"state": {"running": {"startedAt": "2026-01-01T00:00:09Z"}}},
           {"state": {"running": {"startedAt": "2026-01-01T00:00:05Z"}}}]}}
      """;

  private static NodePod of(String json) throws JsonProcessingException {
    Pod pod = new Pod("shop", "web-0", Optional.empty(), Map.of());
    return NodePod.of(pod, JsonMapper.builder().build().readTree(json));
  }

  @Test
  void of_runningPod_runsSinceItsFirstContainerThatRuns() throws JsonProcessingException {
    NodePod pod = of(RUNNING.formatted(""));

    assertTrue(pod.reported());
    assertFalse(pod.hostNetwork());
    assertEquals(Optional.of(Instant.parse("2026-01-01T00:00:05Z")), pod.runningSince());
  }

  @Test
  void of_podThatIsToGo_doesNotRun() throws JsonProcessingException {
    NodePod pod = of(RUNNING.formatted("\"deletionTimestamp\": \"2026-01-02T00:00:00Z\""));

    assertTrue(pod.reported());
    assertEquals(Optional.empty(), pod.runningSince());
  }

  @Test
  void of_hostNetwork_isTold() throws JsonProcessingException {
    assertTrue(of("{\"spec\": {\"hostNetwork\": true}}").hostNetwork());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pending", "Succeeded", "Failed", "Unknown"})
  void of_otherPhase_doesNotRun(String phase) throws JsonProcessingException {
    NodePod pod = of(RUNNING.formatted("").replace("Running", phase));

    assertTrue(pod.reported());
    assertEquals(Optional.empty(), pod.runningSince());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"metadata\": 5, \"spec\": [], \"status\": \"Running\"}",
        "{\"status\": {\"phase\": 7, \"containerStatuses\": {\"a\": 1}}}"
      })
  void of_manifestWithoutStatus_isNotReported(String json) throws JsonProcessingException {
    NodePod pod = of(json);

    assertFalse(pod.reported());
    assertEquals(Optional.empty(), pod.runningSince());
  }

  @Test
  void of_timeThatIsNone_doesNotRun() throws JsonProcessingException {
    String json = RUNNING.formatted("").replaceAll("2026-01-01T00:00:0[59]Z", "yesterday");

    assertEquals(Optional.empty(), of(json).runningSince());
  }
}
