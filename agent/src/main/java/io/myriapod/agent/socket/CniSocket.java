package io.myriapod.agent.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The Unix socket that shims connect to: mode 0600 in a directory of mode 0700, root and the own
 * user only. One thread serves all connections; requests are worked on elsewhere.
 */
public final class CniSocket implements AutoCloseable {
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
    makePrivate(socket.toAbsolutePath().getParent());
    PrivateSocket bound = PrivateSocket.bind(socket.toAbsolutePath());
    try {
      return new CniSocket(SocketLoop.start(bound.server(), bound.peers(), handler));
    } catch (IOException e) {
      bound.close();
      throw new IOException("listen on %s: %s".formatted(socket, e.getMessage()), e);
    }
  }

  /** Whether its thread is at work. */
  public boolean isServing() {
    return loop.isServing();
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
