package io.myriapod.e2e.node;

import io.myriapod.fixtures.Netns;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The port of an agent, asked from within its node.
 *
 * @param node whose loopback it is on
 * @param root of the agent
 */
public record AgentHttp(Netns node, Path root) {
  /** The configuration that opens it. */
  public static final String SECTION = "http: {port: 0}\n";

  private static final int PATIENCE_MILLIS = 20_000;

  /** What came back. */
  public record Got(int status, String body) {}

  /** Where the agent says what its URL is. */
  public Path file() {
    return root.resolve("run/myriapod/http");
  }

  /** The URL of its start page. */
  public String url() {
    try {
      return Files.readString(file()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file(), e);
    }
  }

  /** Asks for a page, by its path without the slash in front. */
  public Got get(String path) {
    String url = url() + path;
    try (NetworkNamespace namespace = NetworkNamespace.open(node.path())) {
      return namespace.visit(() -> get(URI.create(url)));
    }
  }

  /** The socket is opened by the calling thread. */
  private static Got get(URI url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    connection.setRequestProperty("Connection", "close");
    int status = connection.getResponseCode();
    try (InputStream body =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Got(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
