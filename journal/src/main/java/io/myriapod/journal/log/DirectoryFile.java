package io.myriapod.journal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file on a real disk. {@link FileChannel} closes itself when a thread that uses it is
 * interrupted, for all other threads too; so it is opened again and the work, which is at explicit
 * positions, repeated. The interrupt is kept for the caller.
 */
final class DirectoryFile implements LogFile {
  private static final Set<OpenOption> FRESH =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  private final Path path;
  private final OpenOption reopening;
  private FileChannel channel;
  private boolean closed;

  private DirectoryFile(Path path, OpenOption reopening, FileChannel channel) {
    this.path = path;
    this.reopening = reopening;
    this.channel = channel;
  }

  static DirectoryFile create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            FRESH,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new DirectoryFile(path, StandardOpenOption.WRITE, channel);
  }

  static DirectoryFile open(Path path, OpenOption option) throws IOException {
    return new DirectoryFile(path, option, FileChannel.open(path, option));
  }

  @Override
  public void write(ByteBuffer bytes, long position) throws IOException {
    use(
        open -> {
          ByteBuffer left = bytes.duplicate();
          long at = position;
          while (left.hasRemaining()) {
            at += open.write(left, at);
          }
        });
  }

  @Override
  public void force() throws IOException {
    use(open -> open.force(false));
  }

  void cut(long length) throws IOException {
    use(open -> open.truncate(length));
    use(open -> open.force(true));
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  @FunctionalInterface
  private interface Work {
    void on(FileChannel open) throws IOException;
  }

  private void use(Work work) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel open = channel();
        try {
          work.on(open);
          return;
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(open, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized FileChannel channel() {
    return channel;
  }

  private synchronized void reopen(FileChannel dead, ClosedChannelException cause)
      throws IOException {
    if (closed) {
      throw cause;
    }
    if (channel == dead) {
      channel = FileChannel.open(path, reopening);
    }
  }
}
