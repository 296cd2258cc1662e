package io.myriapod.linux.libc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor with one owner. Closing twice is harmless, using it after closing is an
 * {@link IllegalStateException}: the kernel hands numbers out again at once, so a stale one would
 * be somebody else's file.
 */
public final class Descriptor implements AutoCloseable {
  private static final int CLOSED = -1;

  private final AtomicInteger fd;

  Descriptor(int fd) {
    this.fd = new AtomicInteger(fd);
  }

  /** The number, valid until {@link #close()}. */
  public int fd() {
    int open = fd.get();
    if (open == CLOSED) {
      throw new IllegalStateException("use of a closed file descriptor");
    }
    return open;
  }

  @Override
  public void close() {
    int open = fd.getAndSet(CLOSED);
    if (open != CLOSED) {
      Libc.close(open);
    }
  }
}
