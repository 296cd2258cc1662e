package io.myriapod.agent.socket;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The Unix socket that shims connect to: mode 0600 in a directory of mode 0700, root and the own
 * user only. One thread serves all connections; requests are worked on elsewhere.
 */
public final class CniSocket implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final SocketLoop loop;

  private CniSocket(SocketLoop loop) {
    this.loop = loop;
  }

  /**
   * Makes the socket and begins to accept. A socket that a former life left behind is replaced; the
   * caller has made sure (journal lock) that it is no living one's.
   *
   * @param socket absolute, at most 101 bytes
   * @throws IOException if the path is too long or cannot be made
   */
  public static CniSocket listen(Path socket, RequestHandler handler) throws IOException {
    Path directory = socket.toAbsolutePath().getParent();
    makePrivate(directory);
    Path unfinished = directory.resolve("." + socket.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(unfinished), BACKLOG);
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
      PeerCheck peers = PeerCheck.rootAndOwnerOf(unfinished);
      Files.move(unfinished, socket, StandardCopyOption.ATOMIC_MOVE);
      return new CniSocket(SocketLoop.start(server, peers, handler));
    } catch (IOException e) {
      server.close();
      throw new IOException("listen on %s: %s".formatted(socket, e.getMessage()), e);
    }
  }

  /** Lets nobody in any more; requests that are being worked on still get their answers. */
  public void stopAccepting() {
    loop.stopAccepting();
  }

  /**
   * Ends all connections. The socket's file stays: a successor may have replaced it already, and
   * without a listener it counts as absent.
   */
  @Override
  public void close() {
    loop.close();
  }

  private static void makePrivate(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }
}
