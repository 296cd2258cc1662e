package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Patience;
import io.myriapod.fixtures.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A headless Chromium in a node's namespace with one page open, driven by the DevTools protocol
 * over a pair of pipes: JSON texts, each ended by a zero byte.
 */
final class Browser implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The protocol's pipes are descriptors 3 and 4 of the browser. */
  private static final String THROUGH_STDIO =
      "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>\"$CHROMIUM_LOG\"";

  private final Process process;
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final List<JsonNode> complaints = new ArrayList<>();
  private final String session;
  private int asked;

  private Browser(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "browser");
    reader.setDaemon(true);
    reader.start();
    String target = call("", "Target.createTarget", "url", "about:blank").path("targetId").asText();
    this.session =
        call("", JSON.createObjectNode().put("targetId", target).put("flatten", true))
            .path("sessionId")
            .asText();
    call(session, "Log.enable", "", "");
  }

  /** Starts it. Root has no sandbox in there. */
  static Browser start(Netns node, Path profile) {
    List<String> words =
        List.of(
            "nsenter",
            "--net=" + node.path(),
            "sh",
            "-c",
            THROUGH_STDIO,
            "sh",
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-extensions",
            "--user-data-dir=" + profile,
            "--remote-debugging-pipe",
            "about:blank");
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("CHROMIUM_LOG", profile.resolveSibling("chromium.log").toString());
    try {
      return new Browser(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("start " + words, e);
    }
  }

  /** Opens a page; it may load for a while. */
  void open(String url) {
    call(session, "Page.navigate", "url", url);
  }

  /** What an expression is worth in the page. */
  JsonNode value(String expression) {
    ObjectNode parameters =
        JSON.createObjectNode().put("expression", expression).put("returnByValue", true);
    JsonNode answer = send(session, "Runtime.evaluate", parameters);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer);
    }
    return answer.at("/result/value");
  }

  /** What the browser has complained of so far, as the policy's violations. */
  List<String> complaints() {
    value("1"); // all that was said before has arrived then
    return complaints.stream().map(JsonNode::toString).toList();
  }

  private JsonNode call(String session, ObjectNode attach) {
    return send(session, "Target.attachToTarget", attach);
  }

  private JsonNode call(String session, String method, String name, String value) {
    ObjectNode parameters = JSON.createObjectNode();
    return send(session, method, name.isEmpty() ? parameters : parameters.put(name, value));
  }

  private JsonNode send(String session, String method, ObjectNode parameters) {
    int id = ++asked;
    ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
    request.set("params", parameters);
    if (!session.isEmpty()) {
      request.put("sessionId", session);
    }
    try {
      process.getOutputStream().write((request + "\0").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return answer(id, method);
    } catch (IOException e) {
      throw new UncheckedIOException(method, e);
    }
  }

  private JsonNode answer(int id, String method) {
    long end = System.nanoTime() + Patience.of(ANSWER).toNanos();
    try {
      while (true) {
        JsonNode message = received.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null || message.has("error")) {
          throw new AssertionError("%s: the browser says %s".formatted(method, message));
        }
        if (message.path("method").asText().equals("Log.entryAdded")) {
          complaints.add(message.at("/params/entry"));
        }
        if (message.path("id").asInt() == id) {
          return message.path("result");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(method + ": interrupted", e);
    }
  }

  private void read() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try (InputStream in = process.getInputStream()) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == 0) {
          received.add(JSON.readTree(message.toByteArray()));
          message.reset();
        } else {
          message.write(b);
        }
      }
    } catch (IOException e) {
      received.add(JSON.createObjectNode().put("error", e.toString()));
    }
  }

  /** Ends it with its children, and waits until nobody writes into its profile any more. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    Waiting.until(
        ANSWER, "the browser's end", () -> all.stream().noneMatch(ProcessHandle::isAlive));
  }
}
