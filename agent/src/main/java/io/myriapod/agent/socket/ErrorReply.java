package io.myriapod.agent.socket;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** CNI error objects for requests that never reach a handler. */
final class ErrorReply {
  private static final int IO = 5;
  private static final int TRY_AGAIN_LATER = 11;

  private ErrorReply() {}

  static byte[] unreadable(FrameException finding) {
    return error(
        IO,
        finding.getMessage(),
        "install the shim that came with this agent; docs/shim-protocol.md has the frame");
  }

  static byte[] refused(RequestFrame request, RuntimeException finding) {
    return error(
        TRY_AGAIN_LATER,
        "take %s: %s".formatted(request, finding.getMessage()),
        "the agent's log says more");
  }

  private static byte[] error(int code, String message, String details) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("cniVersion", "1.1.0").put("code", code).put("msg", message).put("details", details);
    return (error + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
