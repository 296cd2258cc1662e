package io.myriapod.agent.socket;

import io.myriapod.agent.socket.FrameHeader.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/**
 * Collects one request frame from a non-blocking channel and never reads past its end. The header
 * is judged as soon as it is there, and memory grows with what has come, not with what was claimed.
 */
final class FrameAssembly {
  private static final int FIRST_CAPACITY = 8 << 10;

  enum Progress {
    MORE,
    WHOLE,
    END_OF_FILE
  }

  private ByteBuffer bytes =
      ByteBuffer.allocate(FIRST_CAPACITY).limit(FrameHeader.BYTES); // position: what has come
  private Optional<FrameHeader> header = Optional.empty();

  Progress readFrom(ReadableByteChannel channel) throws IOException {
    while (true) {
      if (!bytes.hasRemaining() && !advance()) return Progress.WHOLE;
      int count = channel.read(bytes);
      if (count < 0) return Progress.END_OF_FILE;
      if (count == 0 && bytes.hasRemaining()) return Progress.MORE;
    }
  }

  /** Of a {@link Progress#WHOLE} frame. */
  RequestFrame request() {
    byte[] frame = new byte[bytes.position()];
    bytes.flip().get(frame);
    return FrameCodec.decodeRequest(frame);
  }

  /** The limit was reached: sets the next one; false if that was the end of the frame. */
  private boolean advance() {
    FrameHeader known = header.orElseGet(this::readHeader);
    int end = FrameHeader.BYTES + known.payloadLength();
    if (bytes.position() == end) return false;
    if (bytes.position() == bytes.capacity()) grow(end);
    bytes.limit(Math.min(end, bytes.capacity()));
    return true;
  }

  private FrameHeader readHeader() {
    FrameHeader read = FrameHeader.read(bytes.duplicate().flip(), Kind.REQUEST);
    header = Optional.of(read);
    return read;
  }

  private void grow(int end) {
    ByteBuffer larger = ByteBuffer.allocate(Math.min(end, bytes.capacity() * 2));
    bytes = larger.put(bytes.flip());
  }
}
