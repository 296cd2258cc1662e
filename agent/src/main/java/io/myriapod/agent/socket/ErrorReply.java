package io.myriapod.agent.socket;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.error.ErrorObject;
import java.nio.charset.StandardCharsets;

/** CNI error objects for requests that no handler has taken. */
final class ErrorReply {
  private static final String NEWEST_VERSION = "1.1.0";

  private ErrorReply() {}

  static byte[] unreadable(FrameException finding) {
    return print(
        new CniException(
            ErrorCode.IO,
            finding.getMessage(),
            "install the shim that came with this agent; docs/shim-protocol.md has the frame"));
  }

  static byte[] refused(RequestFrame request, RuntimeException finding) {
    return print(
        new CniException(
            ErrorCode.TRY_AGAIN_LATER,
            "take %s: %s".formatted(request, finding.getMessage()),
            "repeat the call; the agent's log says more"));
  }

  private static byte[] print(CniException error) {
    return (ErrorObject.encode(error, NEWEST_VERSION) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
