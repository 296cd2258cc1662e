package io.myriapod.kubernetes.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What the API server said to one request.
 *
 * @param body the object or a {@code Status}; a missing node if it was no JSON
 */
record ApiReply(int code, JsonNode body, Optional<Duration> retryAfter) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LONGEST_MESSAGE = 500;

  static ApiReply of(int code, byte[] body, Optional<Duration> retryAfter) {
    return new ApiReply(code, tree(body), retryAfter);
  }

  private static JsonNode tree(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance(); // a proxy's page
    } catch (IOException e) {
      throw new IllegalStateException("read bytes in memory", e);
    }
  }

  boolean isGood() {
    return code >= 200 && code < 300;
  }

  boolean isNotFound() {
    return code == 404;
  }

  /** Whether the same request may do better later. */
  boolean isWorthAnotherTry() {
    return code == 401 || code == 408 || code == 429 || code >= 500;
  }

  /** The code and the server's own words. */
  String finding() {
    String message = body.path("message").asText("");
    return message.isEmpty()
        ? "HTTP " + code
        : "HTTP %d: %s".formatted(code, Quoted.oneLine(message, LONGEST_MESSAGE));
  }
}
