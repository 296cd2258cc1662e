package io.myriapod.deviceplugin.kubelet;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * Which socket it is that lies at a path.
 *
 * @param inode device and inode; may come again once the socket is gone
 * @param made tells those apart
 */
record SocketIdentity(Object inode, FileTime made) {
  /** The one that lies there; empty if nothing does, or nobody can tell. */
  static Optional<SocketIdentity> at(Path path) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(new SocketIdentity(file.fileKey(), file.lastModifiedTime()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a process listens there. A socket whose process has died refuses; so does a file that
   * is none. One whose queue is full belongs to a process.
   */
  static boolean isServed(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
