package io.myriapod.agent.http;

import com.sun.net.httpserver.HttpServer;
import io.myriapod.agent.config.HttpSettings;
import io.myriapod.kubernetes.file.AtomicFile;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port at which the agent can be looked at. Bounded: connections, headers, seconds for a
 * request and for taking its answer. Each connection has a thread, which ends when idle: nobody who
 * sends half a request keeps a probe of the kubelet waiting.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final int MOST_CONNECTIONS = 64;
  private static final int BACKLOG = 16;
  private static final int IDLE_SECONDS = 30;

  /** The JDK's server reads these once, when its first one is made. Module jdk.httpserver */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "jdk.httpserver.maxConnections", Integer.toString(MOST_CONNECTIONS),
          "sun.net.httpserver.maxIdleConnections", "16",
          "sun.net.httpserver.idleInterval", Integer.toString(IDLE_SECONDS),
          "sun.net.httpserver.maxReqHeaders", "64",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.maxReqTime", "5",
          "sun.net.httpserver.maxRspTime", "20",
          "sun.net.httpserver.drainAmount", "0",
          "sun.net.httpserver.nodelay", "true");

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Path file;

  private HttpEndpoint(HttpServer server, ThreadPoolExecutor threads, Path file) {
    this.server = server;
    this.threads = threads;
    this.file = file;
  }

  /**
   * Serves the pages.
   *
   * @param file gets the URL, for those who look for the port
   * @throws IOException if the address cannot be had, or the file not be written
   */
  public static HttpEndpoint open(HttpSettings settings, Path file, Pages pages)
      throws IOException {
    BOUNDS.forEach(System.getProperties()::putIfAbsent);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(settings.address(), settings.port()), BACKLOG);
    ThreadPoolExecutor threads = threads();
    HttpEndpoint endpoint = new HttpEndpoint(server, threads, file);
    try {
      server.setExecutor(threads);
      server.createContext("/", new Reader(pages));
      server.start();
      endpoint.tellUrl();
      return endpoint;
    } catch (IOException e) {
      endpoint.close();
      throw e;
    }
  }

  /** No connection has two requests in work, so that the queue takes all there can be. */
  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            MOST_CONNECTIONS,
            MOST_CONNECTIONS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_CONNECTIONS),
            work -> {
              Thread thread = new Thread(work, "http");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private void tellUrl() throws IOException {
    AtomicFile.write(
        file,
        (url() + "\n").getBytes(StandardCharsets.UTF_8),
        PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** Where it is served, with the port that it has got. */
  public String url() {
    InetSocketAddress address = server.getAddress();
    return "http://%s:%d/".formatted(literal(address.getAddress()), address.getPort());
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[%s]".formatted(text.replaceAll("%.*", "")) : text;
  }

  /** Ends all connections at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
    forget(file);
  }

  /** Removes what an agent that was killed left behind. */
  public static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("remove {}: {}", file, e.toString());
    }
  }
}
