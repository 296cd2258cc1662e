package io.myriapod.agent.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket's one thread: accepts, reads requests, notices clients that go away. */
final class SocketLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);
  private static final int MAX_CONNECTIONS = 1024;
  private static final long FOREVER = 0; // to Selector.select
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration TO_SEND_A_REQUEST = Duration.ofSeconds(30);

  private final Selector selector;
  private final ServerSocketChannel server;
  private final PeerCheck peers;
  private final RequestHandler handler;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<Connection> changed = ConcurrentHashMap.newKeySet();
  private volatile boolean accepting = true;
  private volatile boolean running = true;
  private boolean acceptPaused;

  private SocketLoop(
      Selector selector, ServerSocketChannel server, PeerCheck peers, RequestHandler handler) {
    this.selector = selector;
    this.server = server;
    this.peers = peers;
    this.handler = handler;
  }

  static SocketLoop start(ServerSocketChannel server, PeerCheck peers, RequestHandler handler)
      throws IOException {
    SocketLoop loop = new SocketLoop(Selector.open(), server, peers, handler);
    server.configureBlocking(false);
    server.register(loop.selector, SelectionKey.OP_ACCEPT);
    Thread thread = new Thread(loop, "cni-socket");
    thread.setDaemon(true);
    thread.start();
    return loop;
  }

  /** Whether requests are answered, or would be were they let in. */
  boolean isServing() {
    return running && selector.isOpen();
  }

  void stopAccepting() {
    accepting = false;
    closeQuietly(server);
    selector.wakeup();
  }

  void close() {
    running = false;
    stopAccepting();
  }

  @Override
  public void run() {
    try (selector) {
      while (running) {
        watchForClients();
        long patience = needsTicks() ? TICK.toMillis() : FOREVER;
        acceptPaused = false;
        selector.select(this::ready, patience);
        settleChanged();
        dropOverdue();
      }
    } catch (IOException | ClosedSelectorException e) {
      LOG.error("serve the CNI socket: {}", e.getMessage(), e);
    } finally {
      closeQuietly(server);
      connections.forEach(Connection::close);
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept();
        return;
      }
      Connection connection = (Connection) key.attachment();
      if (key.isWritable()) connection.writable();
      if (key.isValid() && key.isReadable()) connection.readable(handler);
    } catch (CancelledKeyException e) {
      // answered and closed by another thread in the meantime; settled as changed
    } catch (RuntimeException e) {
      LOG.error("serve a connection of the CNI socket: {}", e.getMessage(), e);
      if (key.attachment() instanceof Connection connection) connection.close();
    }
  }

  private void accept() {
    try {
      SocketChannel channel = server.accept();
      if (channel == null) return;
      try {
        admit(channel);
      } catch (IOException e) {
        closeQuietly(channel);
        LOG.warn("admit a client of the CNI socket: {}", e.getMessage());
      }
    } catch (IOException e) {
      acceptPaused = true; // out of file descriptors, most likely: the next tick tries again
      if (accepting) LOG.warn("accept on the CNI socket: {}", e.getMessage());
    }
  }

  private void admit(SocketChannel channel) throws IOException {
    Optional<? extends Principal> stranger = peers.stranger(channel);
    if (stranger.isPresent()) {
      LOG.warn(
          "turn away user {} on the CNI socket: only root and the own user are served",
          stranger.get());
      closeQuietly(channel);
      return;
    }
    channel.configureBlocking(false);
    Connection connection = new Connection(channel, this::hasChanged);
    connections.add(connection);
    channel.register(selector, SelectionKey.OP_READ, connection);
  }

  private void hasChanged(Connection connection) {
    changed.add(connection);
    selector.wakeup();
  }

  private void settleChanged() {
    for (Connection connection : changed) {
      changed.remove(connection);
      if (connection.closed()) {
        connections.remove(connection);
      } else if (connection.hasUnsent()) {
        wantWritable(connection);
      }
    }
  }

  private void wantWritable(Connection connection) {
    SelectionKey key = connection.channel().keyFor(selector);
    try {
      if (key != null) key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    } catch (CancelledKeyException e) {
      connections.remove(connection);
    }
  }

  private void dropOverdue() {
    long now = System.nanoTime();
    for (Connection connection : connections) {
      if (connection.overdue(now, TO_SEND_A_REQUEST.toNanos())) connection.close();
    }
  }

  private boolean needsTicks() {
    return acceptPaused || connections.stream().anyMatch(Connection::reading);
  }

  private void watchForClients() {
    SelectionKey key = server.keyFor(selector);
    if (key == null || !key.isValid()) return;
    boolean room = connections.size() < MAX_CONNECTIONS && !acceptPaused;
    try {
      key.interestOps(room ? SelectionKey.OP_ACCEPT : 0);
    } catch (CancelledKeyException e) {
      // stopAccepting() came between
    }
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.debug("close {}: {}", closeable, e.getMessage());
    }
  }
}
