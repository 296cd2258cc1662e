package io.myriapod.agent.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request: GET and HEAD of known paths, without a body, for a host that is ours. */
final class Reader implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
  private static final int LONGEST_TARGET = 256;
  private static final int NO_BODY = -1;

  private static final Map<String, String> ALWAYS =
      Map.of(
          "Content-Security-Policy", LivePage.POLICY,
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Cache-Control", "no-cache");

  private final Pages pages;

  Reader(Pages pages) {
    this.pages = pages;
  }

  @Override
  public void handle(HttpExchange exchange) {
    try (exchange) {
      Answer answer = refusal(exchange).orElseGet(() -> answer(exchange));
      send(exchange, answer);
    } catch (IOException e) {
      LOG.debug("answer {}: {}", exchange.getRemoteAddress(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("answer {}", exchange.getRemoteAddress(), e);
    }
  }

  private static Optional<Answer> refusal(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !HostHeader.isOurs(hosts.get(0))) {
      return Optional.of(Answer.text(421, "ask for localhost or an address, not for a name"));
    }
    if (!isGet(exchange) && !isHead(exchange)) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Optional.of(Answer.text(405, "there is nothing to change here"));
    }
    boolean body =
        headers.containsKey("Transfer-Encoding")
            || !headers.getOrDefault("Content-Length", List.of("0")).equals(List.of("0"));
    if (body || exchange.getRequestURI().toString().length() > LONGEST_TARGET) {
      exchange.getResponseHeaders().set("Connection", "close");
      return Optional.of(Answer.text(400, "a path and no body is all there is to ask"));
    }
    return Optional.empty();
  }

  private static boolean isGet(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("GET");
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  private Answer answer(HttpExchange exchange) {
    String path = Optional.ofNullable(exchange.getRequestURI().getPath()).orElse("");
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    return pages
        .find(path)
        .map(page -> said(page, path, query.matches("verbose(=(1|true)?)?")))
        .orElseGet(() -> Answer.text(404, "there is no such page"));
  }

  private static Answer said(Page page, String path, boolean verbose) {
    try {
      return page.answer(verbose);
    } catch (IOException | RuntimeException e) {
      LOG.warn("make {}: {}", path, e.toString());
      return Answer.text(500, "it cannot be told; the agent's log has the reason");
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    ALWAYS.forEach(headers::set);
    headers.set("Content-Type", answer.mediaType());
    if (answer.status() == 200) {
      String tag = answer.tag();
      headers.set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        exchange.sendResponseHeaders(304, NO_BODY);
        return;
      }
    }
    if (isHead(exchange)) {
      headers.set("Content-Length", Integer.toString(answer.body().length));
      exchange.sendResponseHeaders(answer.status(), NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }
}
