package io.myriapod.agent.http;

import io.myriapod.agent.topology.SvgStyle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page that shows the node as it is: one document, one script, one style sheet, all of them
 * ours.
 */
enum LivePage implements Page {
  DOCUMENT("/", "index.html", "text/html; charset=utf-8"),
  SCRIPT("/view.js", "view.js", "text/javascript; charset=utf-8"),
  STYLE("/view.css", "view.css", "text/css; charset=utf-8");

  /**
   * Nothing from elsewhere, no script but ours, in no frame; the one style of the picture by its
   * hash. Content Security Policy Level 3
   */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'sha256-%s';"
              .formatted(hash(SvgStyle.TEXT))
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final String path;
  private final String resource;
  private final String mediaType;

  LivePage(String path, String resource, String mediaType) {
    this.path = path;
    this.resource = resource;
    this.mediaType = mediaType;
  }

  String path() {
    return path;
  }

  @Override
  public Answer answer(boolean verbose) throws IOException {
    try (InputStream in = LivePage.class.getResourceAsStream(resource)) {
      return Answer.ok(mediaType, in.readAllBytes());
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
