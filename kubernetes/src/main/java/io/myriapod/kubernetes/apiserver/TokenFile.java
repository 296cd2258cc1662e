package io.myriapod.kubernetes.apiserver;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bearer token in a file that somebody else replaces: read for each request, since a token is a
 * kilobyte and a stale one is a refused request.
 */
final class TokenFile implements OAuthTokenProvider {
  private static final int MAX_BYTES = 64 * 1024;

  private final Path file;
  private volatile String last = "";

  TokenFile(Path file) {
    this.file = file;
  }

  /** The last good one while the file is away, as in the middle of a clumsy replacement. */
  @Override
  public String getToken() {
    try {
      if (Files.size(file) <= MAX_BYTES) {
        String read = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (!read.isEmpty()) {
          last = read;
        }
      }
    } catch (IOException e) {
      return last;
    }
    return last;
  }
}
