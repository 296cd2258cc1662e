package io.myriapod.agent.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a page says at one moment.
 *
 * @param status of HTTP
 * @param mediaType with its character set
 */
public record Answer(int status, String mediaType, byte[] body) {
  private static final String TEXT = "text/plain; charset=utf-8";

  static Answer ok(String mediaType, byte[] body) {
    return new Answer(200, mediaType, body);
  }

  static Answer text(int status, String text) {
    return new Answer(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The same as long as the body is the same. */
  String tag() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return "\"%s\"".formatted(HexFormat.of().formatHex(digest, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
