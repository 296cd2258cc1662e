package io.myriapod.agent.socket;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Principal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix socket of mode 0600 that serves root and the own user only. */
public final class PrivateSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateSocket.class);
  private static final int BACKLOG = 1024;

  private final ServerSocketChannel server;
  private final PeerCheck peers;
  private final Path path;

  private PrivateSocket(ServerSocketChannel server, PeerCheck peers, Path path) {
    this.server = server;
    this.peers = peers;
    this.path = path;
  }

  /**
   * Makes the socket. One that a former life left behind is replaced; the caller has made sure that
   * it is no living one's. A directory that is not there is made, of mode 0700.
   *
   * @param path absolute, at most 101 bytes
   * @throws IOException if it is too long, or something else is there, or it cannot be made
   */
  public static PrivateSocket bind(Path path) throws IOException {
    if (!Files.exists(path.getParent())) {
      Files.createDirectories(
          path.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    requireSocketOrNothing(path);
    Path unfinished = path.resolveSibling("." + path.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(unfinished), BACKLOG);
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
      PeerCheck peers = PeerCheck.rootAndOwnerOf(unfinished);
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return new PrivateSocket(server, peers, path);
    } catch (IOException e) {
      server.close();
      throw new IOException("listen on %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * For who has no lock that tells it.
   *
   * @throws IOException if a living process listens there
   */
  public static void requireNobody(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return; // nobody listens, or nothing is there
    }
    throw new IOException("listen on %s: another process does".formatted(path));
  }

  private static void requireSocketOrNothing(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther()) {
      throw new IOException("listen on %s: something else than a socket is there".formatted(path));
    }
  }

  ServerSocketChannel server() {
    return server;
  }

  PeerCheck peers() {
    return peers;
  }

  /** Whether somebody can still come. */
  public boolean isOpen() {
    return server.isOpen();
  }

  /** Waits for the next one; empty if it is one who may not talk to the agent. */
  public Optional<SocketChannel> accept() throws IOException {
    SocketChannel channel = server.accept();
    Optional<? extends Principal> stranger;
    try {
      stranger = peers.stranger(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (stranger.isPresent()) {
      LOG.warn(
          "turn away user {} on {}: only root and the own user are served", stranger.get(), path);
      channel.close();
      return Optional.empty();
    }
    return Optional.of(channel);
  }

  /** Lets nobody in any more. The file stays: a successor may have replaced it already. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("close {}: {}", path, e.getMessage());
    }
  }
}
