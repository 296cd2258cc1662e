package io.myriapod.agent.delegate;

import io.myriapod.cni.plugin.Deadline;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** A connection whose other end has so long to send, and so long to take. */
final class TimedChannel implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final SocketChannel channel;
  private final Selector selector;

  /** Takes the channel over. */
  TimedChannel(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** What has come, at least a byte; nothing at the end. */
  byte[] read(Deadline deadline) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    while (true) {
      int read = channel.read(buffer);
      if (read != 0) {
        return Arrays.copyOf(buffer.array(), Math.max(0, read));
      }
      await(SelectionKey.OP_READ, deadline);
    }
  }

  void write(byte[] bytes, Deadline deadline) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.write(buffer) == 0) {
        await(SelectionKey.OP_WRITE, deadline);
      }
    }
  }

  private void await(int what, Deadline deadline) throws IOException {
    channel.keyFor(selector).interestOps(what);
    selector.selectedKeys().clear();
    if (deadline.passed() || selector.select(Math.max(1, deadline.remaining().toMillis())) == 0) {
      throw new SocketTimeoutException("the other end takes too long");
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
