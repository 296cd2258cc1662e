package io.myriapod.agent.service;

import io.myriapod.agent.config.HttpSettings;
import io.myriapod.agent.http.HttpEndpoint;
import io.myriapod.agent.http.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port that the configuration asks for, if it does. Pods are attached without it: one that
 * somebody else has is tried again and again.
 */
final class HttpPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);

  private final Optional<HttpSettings> wanted;
  private final Path file;
  private final Pages pages;
  private Optional<HttpEndpoint> endpoint = Optional.empty();
  private boolean closed;

  /**
   * @param file tells where it is, as long as it is open
   */
  HttpPort(Optional<HttpSettings> wanted, Path file, Pages pages) {
    this.wanted = wanted;
    this.file = file;
    this.pages = pages;
    HttpEndpoint.forget(file);
  }

  /** Opens it if it should be open and is not. */
  synchronized void open() {
    if (wanted.isEmpty() || endpoint.isPresent() || closed) {
      return;
    }
    try {
      endpoint = Optional.of(HttpEndpoint.open(wanted.get(), file, pages));
      LOG.info("metrics, health and the node's picture are at {}", endpoint.get().url());
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "listen on {} port {}: {}; it is tried again",
          wanted.get().address().getHostAddress(),
          wanted.get().port(),
          e.getMessage());
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    endpoint.ifPresent(HttpEndpoint::close);
    endpoint = Optional.empty();
  }
}
