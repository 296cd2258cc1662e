package io.myriapod.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.config.HttpSettings;
import io.myriapod.agent.health.Check;
import io.myriapod.agent.health.Health;
import io.myriapod.agent.health.Health.Step;
import io.myriapod.cni.json.Json;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The port as those who ask see it, byte by byte. */
class HttpEndpointTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int MOST_CONNECTIONS = 64;

  @TempDir private Path folder;
  private final Health health = new Health();
  private HttpEndpoint endpoint;
  private int port;

  @BeforeEach
  void open() throws IOException {
    Pages pages =
        new Pages()
            .metrics(out -> out.write("myriapod_x 1\n".getBytes(StandardCharsets.UTF_8)))
            .health(health::liveness, health::readiness)
            .live(
                () -> {
                  throw new IllegalStateException("the kernel does not answer");
                },
                () -> Json.object().put("node", "worker-1"),
                () -> Json.object().put("ready", true));
    endpoint = HttpEndpoint.open(new HttpSettings(HERE, 0), folder.resolve("run/http"), pages);
    port = URI.create(endpoint.url()).getPort();
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  /** Sends this and reads to the end. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(HERE, port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String ask(String method, String path, String... headers) throws IOException {
    return raw(
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s\r\n"
            .formatted(
                method,
                path,
                port,
                headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n"));
  }

  private static int status(String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 "), answer);
    return Integer.parseInt(answer.substring(9, 12));
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void url_isInTheFile_untilItIsClosed() throws IOException {
    Path file = folder.resolve("run/http");
    assertEquals("http://127.0.0.1:%d/\n".formatted(port), Files.readString(file));

    endpoint.close();

    assertFalse(Files.exists(file));
    assertThrows(IOException.class, () -> new Socket(HERE, port).close());
  }

  @Test
  void open_portIsTaken_saysSoAndLeavesNoFile() {
    HttpSettings same = new HttpSettings(HERE, port);

    assertThrows(
        BindException.class,
        () -> HttpEndpoint.open(same, folder.resolve("other"), new Pages()).close());
    assertFalse(Files.exists(folder.resolve("other")));
  }

  @Test
  void metrics_asked_areThoseOfPrometheus() throws IOException {
    String answer = ask("GET", "/metrics");

    assertEquals(200, status(answer));
    assertTrue(answer.contains("Content-type: text/plain; version=0.0.4; charset=utf-8"), answer);
    assertEquals("myriapod_x 1\n", body(answer));
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8, <!doctype html>",
    "/view.js, text/javascript; charset=utf-8, // Follows",
    "/view.css, text/css; charset=utf-8, :root",
    "/topology.json, application/json, '{\"node\":\"worker-1\"}'",
    "/status.json, application/json, '{\"ready\":true}'"
  })
  void page_ofEach_isOfItsType(String path, String type, String beginning) throws IOException {
    String answer = ask("GET", path);

    assertEquals(200, status(answer), path);
    assertTrue(answer.contains("Content-type: " + type + "\r\n"), answer);
    assertTrue(body(answer).startsWith(beginning), answer);
  }

  @Test
  void page_thatCannotBeMade_is500WithoutTheReason() throws IOException {
    String answer = ask("GET", "/topology.svg");

    assertEquals(500, status(answer));
    assertFalse(answer.contains("kernel"), answer);
  }

  /** A page loads from where it came from, and from nowhere else. */
  @Test
  void document_ofThePage_hasNoScriptOfItsOwnAndNoForeignAddress() throws IOException {
    for (String path : List.of("/", "/view.js", "/view.css")) {
      String body = body(ask("GET", path));
      assertFalse(body.contains("//") && body.contains("http"), body);
      assertFalse(body.contains("<script>") || body.contains("style=") || body.contains("onclick"));
    }
  }

  @Test
  void head_ofAPage_isItsLengthAlone() throws IOException {
    String answer = ask("HEAD", "/metrics");

    assertEquals(200, status(answer));
    assertTrue(answer.contains("Content-length: 13\r\n"), answer);
    assertEquals("", body(answer));
  }

  /** Anybody on the node can send half a request: a probe must not wait for its end. */
  @Test
  void livez_othersNeverEndTheirRequests_isAnsweredAllTheSame() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        Socket one = new Socket(HERE, port);
        slow.add(one);
        one.getOutputStream()
            .write("GET /metrics HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      }

      assertEquals(200, status(ask("GET", "/livez")));
      for (Socket one : slow) {
        one.setSoTimeout(1);
        assertThrows(SocketTimeoutException.class, () -> one.getInputStream().read());
      }
    } finally {
      for (Socket one : slow) {
        one.close();
      }
    }
  }

  @Test
  void readyz_beforeAndAfter_isThatOfTheAgent() throws IOException {
    String before = ask("GET", "/readyz");
    assertEquals(503, status(before));
    assertTrue(before.contains("[-]spool-replayed failed: DELs recorded"), before);
    assertEquals(200, status(ask("GET", "/livez")));

    List.of(Step.values()).forEach(health::done);

    assertEquals("ok\n", body(ask("GET", "/readyz")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/healthz"})
  void livez_socketsThreadIsGone_is503(String path) throws IOException {
    assertEquals("ok\n", body(ask("GET", path)));
    health.livesWhile(() -> false);

    assertEquals(503, status(ask("GET", path)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/readyz?verbose", "/readyz?verbose=true", "/readyz?verbose=1"})
  void readyz_verbose_isJsonWithEachReason(String path) throws IOException {
    health.done(Step.RECOVERED);

    String answer = ask("GET", path);

    assertEquals(503, status(answer));
    assertTrue(answer.contains("Content-type: application/json"), answer);
    List<String> named = new ArrayList<>();
    for (Check check : health.readiness()) {
      named.add(check.toJson().toString());
    }
    assertEquals("{\"ok\":false,\"checks\":[%s]}".formatted(String.join(",", named)), body(answer));
  }

  @Test
  void etag_known_isAnsweredWithoutTheBody() throws IOException {
    String first = ask("GET", "/metrics");
    String tag = first.replaceAll("(?s).*Etag: (\"[0-9a-f]+\").*", "$1");

    String second = ask("GET", "/metrics", "If-None-Match: " + tag);

    assertEquals(304, status(second));
    assertEquals("", body(second));
  }

  @Test
  void answers_each_letNoOtherSiteIn() throws IOException {
    for (String path : List.of("/metrics", "/nothing", "/readyz")) {
      String answer = ask("GET", path, "Origin: http://elsewhere.example");

      assertTrue(answer.contains("Content-security-policy: default-src 'none';"), answer);
      assertTrue(answer.contains("X-content-type-options: nosniff"), answer);
      assertTrue(answer.contains("Cross-origin-resource-policy: same-origin"), answer);
      assertFalse(answer.toLowerCase(Locale.ROOT).contains("access-control-"), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"})
  void method_thatIsNeitherGetNorHead_isRefused(String method) throws IOException {
    String answer = ask(method, "/metrics");

    assertEquals(405, status(answer));
    assertTrue(answer.contains("Allow: GET, HEAD"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/index.html",
        "/metrics/",
        "/METRICS",
        "//metrics",
        "/metrics%00",
        "/../metrics",
        "/%"
      })
  void path_unknown_isNotThere(String path) throws IOException {
    assertTrue(List.of(400, 404).contains(status(ask("GET", path))), path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:9475",
        "127.0.0.1",
        "127.0.0.1:80",
        "[::1]:9475",
        "192.0.2.7:9475"
      })
  void host_anAddress_isServed(String host) throws IOException {
    assertEquals(200, status(raw(get("Host: " + host))));
  }

  /** An address resolved from a foreign name (DNS rebinding) comes with that name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: evil.example:9475",
        "Host: localhost.evil.example",
        "Host: 127.0.0.1.evil.example",
        "Host: 127.0.0.1@evil.example",
        "Host: ",
        "X-Nothing: 1",
        "Host: localhost\r\nHost: evil.example",
        "Host: [::1",
      })
  void host_aNameOrNone_isRefused(String headers) throws IOException {
    assertTrue(List.of(400, 421).contains(status(raw(get(headers)))), headers);
  }

  private static String get(String headers) {
    return "GET /livez HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n".formatted(headers);
  }

  @Test
  void request_withABody_isRefusedAndTheConnectionEnded() throws IOException {
    String answer =
        raw(
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertEquals(400, status(answer));
    assertEquals(answer.indexOf("HTTP/1.1"), answer.lastIndexOf("HTTP/1.1"), answer);
  }

  @Test
  void request_tooLong_isNotServed() throws IOException {
    assertEquals(400, status(ask("GET", "/livez?" + "x".repeat(300))));
    assertNotServed(get("Host: localhost\r\nX-Big: " + "x".repeat(40_000)));
    assertNotServed(get("Host: localhost\r\n" + manyHeaders()));
    assertNotServed("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertNotServed("\0\1\2 \r\n\r\n");
  }

  private static String manyHeaders() {
    return IntStream.range(0, 100)
        .mapToObj(i -> "X-%d: 1".formatted(i))
        .collect(Collectors.joining("\r\n"));
  }

  private void assertNotServed(String request) {
    String answer;
    try {
      answer = raw(request);
    } catch (IOException e) {
      answer = ""; // reset while it was being sent
    }
    assertTrue(answer.isEmpty() || status(answer) >= 400, answer);
  }

  @Test
  void connections_aboveTheBound_areEndedAtOnceAndTheOthersServed() throws IOException {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_CONNECTIONS; i++) {
        held.add(new Socket(HERE, port));
      }
      try (Socket further = new Socket(HERE, port)) {
        further.setSoTimeout(20_000);
        assertEquals(-1, ended(further));
      }
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  private static int ended(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException e) {
      return -1; // reset
    }
  }
}
