package io.myriapod.agent.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One client: reads its request, watches for its end, writes its answer, in this order. */
final class Connection implements Exchange {
  private enum State {
    READING,
    HANDLING,
    REPLYING,
    CLOSED
  }

  private final SocketChannel channel;
  private final Consumer<Connection> changed;
  private final long openedNanos = System.nanoTime();
  private final FrameAssembly assembly = new FrameAssembly();
  private final List<Runnable> whenGone = new ArrayList<>();
  private State state = State.READING;
  private RequestId id = RequestId.UNREAD;
  private ByteBuffer unsent = ByteBuffer.allocate(0);
  private boolean gone;

  /**
   * @param changed called from any thread when the loop has to look at this connection again
   */
  Connection(SocketChannel channel, Consumer<Connection> changed) {
    this.channel = channel;
    this.changed = changed;
  }

  SocketChannel channel() {
    return channel;
  }

  synchronized boolean closed() {
    return state == State.CLOSED;
  }

  synchronized boolean hasUnsent() {
    return state == State.REPLYING;
  }

  /** Has been collecting its request for longer than allowed. */
  synchronized boolean overdue(long nowNanos, long allowedNanos) {
    return state == State.READING && nowNanos - openedNanos > allowedNanos;
  }

  /** The channel has bytes or its end; only the loop's thread calls it. */
  void readable(RequestHandler handler) {
    try {
      if (reading()) {
        assemble(handler);
      } else if (channel.read(ByteBuffer.allocate(1)) != 0) {
        close(); // the end, or bytes that nobody asked for
      }
    } catch (IOException e) {
      close();
    } catch (FrameException e) {
      reply(1, ErrorReply.unreadable(e));
    }
  }

  /** Sends what the socket's buffer did not take before. */
  synchronized void writable() {
    if (state == State.REPLYING) send();
  }

  @Override
  public synchronized void reply(int exitCode, byte[] stdout) {
    if (state != State.HANDLING && state != State.READING) return;
    unsent = ByteBuffer.wrap(FrameCodec.encode(new ReplyFrame(id, exitCode, stdout)));
    state = State.REPLYING;
    send();
    changed.accept(this);
  }

  @Override
  public synchronized boolean clientGone() {
    return gone;
  }

  @Override
  public void onClientGone(Runnable action) {
    synchronized (this) {
      if (!gone) {
        whenGone.add(action);
        return;
      }
    }
    action.run();
  }

  /** Ends the connection; whoever works on its request is told that the client has gone. */
  void close() {
    List<Runnable> actions = List.of();
    synchronized (this) {
      if (state == State.HANDLING) {
        gone = true;
        actions = List.copyOf(whenGone);
      }
      closeChannel();
    }
    actions.forEach(Runnable::run);
    changed.accept(this);
  }

  /** Still collects its request. */
  synchronized boolean reading() {
    return state == State.READING;
  }

  private void assemble(RequestHandler handler) throws IOException {
    switch (assembly.readFrom(channel)) {
      case END_OF_FILE -> close();
      case WHOLE -> handOver(assembly.request(), handler);
      case MORE -> {}
    }
  }

  private void handOver(RequestFrame request, RequestHandler handler) {
    synchronized (this) {
      id = request.id();
      state = State.HANDLING;
    }
    try {
      handler.handle(request, this);
    } catch (RuntimeException e) {
      reply(1, ErrorReply.refused(request, e));
    }
  }

  private void send() {
    try {
      channel.write(unsent);
      if (!unsent.hasRemaining()) closeChannel();
    } catch (IOException e) {
      closeChannel(); // it went away while it was being answered
    }
  }

  private void closeChannel() {
    state = State.CLOSED;
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is left to be lost
    }
  }
}
