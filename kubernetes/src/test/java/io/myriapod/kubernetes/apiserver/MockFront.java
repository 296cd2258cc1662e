package io.myriapod.kubernetes.apiserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Stands before Fabric8's mock server, whose watches speak WebSocket alone, which a client of ours
 * does not; and which knows no field but names to select by: those of the pods' node are cut off.
 */
final class MockFront implements AutoCloseable {
  private static final int LONGEST_SECONDS = 60;

  private final int mock;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * Listens on the loopback.
   *
   * @param mock its port there
   */
  MockFront(int mock) throws IOException {
    this.mock = mock;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    URI asked = exchange.getRequestURI();
    String query = asked.getRawQuery() == null ? "" : asked.getRawQuery();
    String path = asked.getRawPath() + "?" + query.replaceAll("fieldSelector=[^&]*&?", "");
    try (exchange) {
      if (query.contains("watch=true")) {
        watch(path, exchange);
      } else {
        get(path, exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void get(String path, HttpExchange exchange) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + mock + path);
    HttpResponse<byte[]> reply =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(reply.statusCode(), reply.body().length);
    exchange.getResponseBody().write(reply.body());
  }

  /** A line for each message. */
  private void watch(String path, HttpExchange exchange) throws IOException, InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + mock + path), new Messages(events))
            .join();
    try {
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      out.flush();
      String event = events.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
      while (event != null) {
        out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        event = events.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      socket.abort();
    }
  }

  /** Messages may come in parts. */
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> whole;
    private final StringBuilder part = new StringBuilder();

    Messages(BlockingQueue<String> whole) {
      this.whole = whole;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        whole.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
