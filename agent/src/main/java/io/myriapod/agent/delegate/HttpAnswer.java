package io.myriapod.agent.delegate;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An answer, after which the connection is closed. */
record HttpAnswer(int status, String mediaType, byte[] body) {
  private static final Map<Integer, String> REASONS =
      Map.of(
          200, "OK",
          400, "Bad Request",
          404, "Not Found",
          405, "Method Not Allowed",
          408, "Request Timeout",
          411, "Length Required",
          413, "Content Too Large",
          431, "Request Header Fields Too Large",
          501, "Not Implemented");

  static HttpAnswer json(byte[] body) {
    return new HttpAnswer(200, "application/json", body);
  }

  /** As Go's {@code http.Error} answers. */
  static HttpAnswer error(int status, String text) {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return new HttpAnswer(status, "text/plain; charset=utf-8", body);
  }

  byte[] bytes() {
    byte[] head =
        """
        HTTP/1.1 %d %s\r
        Content-Type: %s\r
        Content-Length: %d\r
        Connection: close\r
        \r
        """
            .formatted(status, REASONS.get(status), mediaType, body.length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }
}
