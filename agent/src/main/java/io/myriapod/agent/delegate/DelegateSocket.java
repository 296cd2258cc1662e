package io.myriapod.agent.delegate;

import io.myriapod.agent.socket.PrivateSocket;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorObject;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.linux.namespace.VisitingThread;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where hot-plug controllers ask: {@code POST /delegate}, and {@code /healthz}. One request per
 * connection, each in a thread of its own which may visit namespaces; a few at once.
 */
public final class DelegateSocket {
  private static final Logger LOG = LoggerFactory.getLogger(DelegateSocket.class);
  private static final int MOST_CONNECTIONS = 16;
  private static final Duration TO_SEND = Duration.ofSeconds(10);
  private static final Duration TO_WORK = Duration.ofSeconds(60);

  private final PrivateSocket socket;
  private final Handler handler;
  private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
  private final AtomicLong sequence = new AtomicLong();

  /** Does what is asked. */
  @FunctionalInterface
  public interface Handler {
    /** The body of the answer, empty if there is nothing to say. Throws {@link CniException}. */
    byte[] answer(DelegateRequest request);
  }

  private DelegateSocket(PrivateSocket socket, Handler handler) {
    this.socket = socket;
    this.handler = handler;
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if the socket cannot be made, or somebody else listens there, such as
   *     Multus's daemon
   */
  public static DelegateSocket listen(Path path, Handler handler) throws IOException {
    PrivateSocket.requireNobody(path);
    DelegateSocket one = new DelegateSocket(PrivateSocket.bind(path), handler);
    Thread thread = new Thread(one::accept, "delegate-socket");
    thread.setDaemon(true);
    thread.start();
    return one;
  }

  private void accept() {
    while (socket.isOpen()) {
      try {
        Optional<SocketChannel> client = socket.accept();
        if (client.isPresent() && room.tryAcquire()) {
          serve(client.get());
        } else if (client.isPresent()) {
          LOG.warn("turn away a hot-plug controller: {} are served already", MOST_CONNECTIONS);
          client.get().close();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("accept a hot-plug controller: {}", e.getMessage());
        pause();
      }
    }
  }

  /** Out of file descriptors, most likely. */
  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel client) throws IOException {
    Thread thread =
        new VisitingThread(
            () -> {
              try (client;
                  TimedChannel channel = new TimedChannel(client)) {
                byte[] answer = answer(channel).bytes();
                channel.write(answer, Deadline.in(TO_SEND));
              } catch (IOException e) {
                LOG.debug("serve a hot-plug controller: {}", e.getMessage());
              } finally {
                room.release();
              }
            },
            "delegate-" + sequence.incrementAndGet());
    try {
      thread.start();
    } catch (OutOfMemoryError e) { // no thread to be had; pthread_create(3), EAGAIN
      room.release();
      client.close();
      throw new IOException("start a thread: " + e.getMessage(), e);
    }
  }

  private HttpAnswer answer(TimedChannel channel) throws IOException {
    Deadline sent = Deadline.in(TO_SEND);
    try {
      return answer(new RequestReader(() -> channel.read(sent)).read());
    } catch (HttpRefusal e) {
      return e.answer();
    } catch (SocketTimeoutException e) {
      return HttpAnswer.error(408, e.getMessage());
    }
  }

  private HttpAnswer answer(HttpRequest request) {
    boolean post = request.method().equals("POST");
    return switch (request.path()) {
      case "/delegate" ->
          post ? delegated(request.body()) : HttpAnswer.error(405, "Method not allowed");
      case "/healthz" ->
          post || request.method().equals("GET")
              ? HttpAnswer.json(new byte[0])
              : HttpAnswer.error(405, "Method not allowed");
      default -> HttpAnswer.error(404, "there is /delegate, and /healthz");
    };
  }

  private HttpAnswer delegated(byte[] body) {
    try {
      return HttpAnswer.json(handler.answer(DelegateRequest.parse(body, Deadline.in(TO_WORK))));
    } catch (CniException e) {
      LOG.warn("delegate request: code {}: {}", e.code(), e.getMessage());
      return HttpAnswer.error(
          400,
          new String(
              Json.bytes(ErrorObject.encode(e, CniVersion.NEWEST.text())), StandardCharsets.UTF_8));
    }
  }

  /** Lets nobody in any more. */
  public void stopAccepting() {
    socket.close();
  }

  /** Whether all that had been let in are served by then. */
  public boolean awaitIdle(Deadline deadline) {
    try {
      return room.tryAcquire(
          MOST_CONNECTIONS, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
