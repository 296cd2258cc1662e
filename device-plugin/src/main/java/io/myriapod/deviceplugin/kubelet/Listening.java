package io.myriapod.deviceplugin.kubelet;

import io.grpc.BindableService;
import io.grpc.Server;
import io.myriapod.deviceplugin.config.ResourceName;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server at its socket, from when it appears until nobody is served any more.
 *
 * <p>The socket is made under a hidden name, which the kubelet does not look at, and linked to its
 * own once it is served: whoever sees it can connect, and nobody's socket is replaced that was made
 * in the meantime. It also keeps the server from deleting, when it ends, the socket of its
 * successor: that deletes what it was made as.
 */
final class Listening {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final String HIDDEN_PREFIX = ".myriapod-";
  private static final AtomicLong NEXT = new AtomicLong();

  private final Path socket;
  private final Server server;
  private final Outstanding.Connections connections;
  private final SocketIdentity identity;

  private Listening(
      Path socket, Server server, Outstanding.Connections connections, SocketIdentity identity) {
    this.socket = socket;
    this.server = server;
    this.connections = connections;
    this.identity = identity;
  }

  /**
   * Serves at that path.
   *
   * @throws IOException if the socket cannot be made, or there is something already
   */
  static Listening open(
      KubeletSockets sockets, Path socket, ResourceName resource, List<BindableService> services)
      throws IOException {
    Path hidden =
        socket.resolveSibling(
            HIDDEN_PREFIX + SocketName.hash(resource) + "-" + NEXT.incrementAndGet());
    Outstanding.Connections connections = new Outstanding.Connections();
    Server server = sockets.serve(hidden, services, connections);
    try {
      restrict(hidden);
      SocketIdentity identity =
          SocketIdentity.at(hidden)
              .orElseThrow(() -> new IOException("somebody deleted the socket at once"));
      Files.createLink(socket, hidden);
      return new Listening(socket, server, connections, identity);
    } catch (IOException e) {
      server.shutdownNow();
      throw e;
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  /**
   * Has only root connect, which takes the right to write. Containers have the folder as well:
   * where the umask has done it already, nothing is changed that one of them may have put there.
   */
  static void restrict(Path hidden) throws IOException {
    PosixFileAttributes file =
        Files.readAttributes(hidden, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!file.isOther()) {
      throw new IOException("somebody has replaced the socket at once");
    }
    if (file.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || file.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** Deletes sockets that a process left behind while it made them. */
  static void deleteHidden(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, HIDDEN_PREFIX + "*")) {
      for (Path one : left) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      LOG.warn("delete sockets left in {}: {}", folder, e.toString());
    }
  }

  Path socket() {
    return socket;
  }

  /** Whether the socket that lies at its path is still this one. */
  boolean isInPlace() {
    return SocketIdentity.at(socket).filter(identity::equals).isPresent();
  }

  /** Takes no new calls; those that are on their way, and streams, go on. */
  void drain() {
    server.shutdown();
  }

  boolean isOver() {
    return server.isTerminated();
  }

  /** Waits until all who were connected have gone by themselves, if they do. */
  void awaitDeparture(Duration longest) {
    connections.awaitNone(longest);
  }

  /** Takes no new calls, and cuts off those that are not over by then. */
  void end(Duration longest) {
    server.shutdown();
    try {
      server.awaitTermination(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.shutdownNow();
    }
  }

  /** Deletes the socket, unless it is another's by now. */
  void deleteSocket() {
    if (!isInPlace()) {
      return;
    }
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.warn("delete {}: {}", socket, e.toString());
    }
  }
}
