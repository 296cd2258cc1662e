package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.kubernetes.apiserver.Verdict.Later;
import io.myriapod.kubernetes.apiserver.Verdict.PodGone;
import io.myriapod.kubernetes.apiserver.Verdict.Refused;
import io.myriapod.kubernetes.apiserver.Verdict.Stored;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  @Test
  void of_good_isStored() {
    assertInstanceOf(Stored.class, verdict(200, "{}"));
  }

  @Test
  void of_noSuchPod_isGone() {
    assertInstanceOf(PodGone.class, verdict(404, "{\"message\":\"pods \\\"web-0\\\" not found\"}"));
  }

  /** The two ways in which an API server may refuse another uid. */
  @Test
  void of_otherUid_isGone() {
    assertInstanceOf(
        PodGone.class,
        verdict(
            409,
            "{\"message\":\"Precondition failed: UID in precondition: a, UID in object meta: b\"}"));
    assertInstanceOf(
        PodGone.class,
        verdict(
            422,
            "{\"message\":\"Pod is invalid: metadata.uid: Invalid value: field is immutable\"}"));
  }

  @Test
  void of_otherConflict_isTriedAFewTimes() {
    Later later =
        assertInstanceOf(
            Later.class, verdict(409, "{\"message\":\"the object has been modified\"}"));
    assertTrue(later.conflict());
  }

  /** The server's sentence names the pod. */
  @Test
  void of_conflictOverAPodWhoseNameSaysUid_isTriedAgain() {
    assertInstanceOf(
        Later.class,
        verdict(
            409,
            "{\"message\":\"Operation cannot be fulfilled on pods \\\"uid-allocator-0\\\"\"}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 408, 429, 500, 503, 504})
  void of_serverInNeed_isTriedLater(int code) {
    assertInstanceOf(Later.class, verdict(code, "busy"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 413, 422})
  void of_otherRefusal_isFinal(int code) {
    assertEquals(
        new Refused("HTTP %d: no guide for that".formatted(code)),
        verdict(code, "{\"message\":\"no guide for that\"}"));
  }

  private static Verdict verdict(int code, String body) {
    return Verdict.of(
        ApiReply.of(
            code, body.getBytes(StandardCharsets.UTF_8), Optional.of(Duration.ofSeconds(1))));
  }
}
