package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Result;

/** The CNI error object that a call must end with. CNI SPEC 1.1.0, "Error". */
final class Refusal {
  private Refusal() {}

  /**
   * Demands an error object of this code on stdout, and each of these texts in its message or
   * details.
   */
  static void assertRefused(Result result, int code, String... named) {
    assertNotEquals(0, result.exitCode(), () -> "it succeeded: " + result.out());
    assertError(result.json(), code, named);
  }

  /** The same of an error object alone. */
  static void assertError(JsonNode error, int code, String... named) {
    assertEquals(code, error.path("code").asInt(), error::toString);
    assertTrue(error.path("cniVersion").isTextual(), error::toString);
    String text = error.path("msg").asText() + " / " + error.path("details").asText();
    for (String each : named) {
      assertTrue(text.contains(each), () -> "want " + each + " in: " + text);
    }
  }
}
