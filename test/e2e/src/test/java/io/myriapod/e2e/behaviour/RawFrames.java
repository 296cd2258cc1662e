package io.myriapod.e2e.behaviour;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** The agent's socket, spoken to byte by byte after docs/shim-protocol.md. */
final class RawFrames {
  static final int HEADER_BYTES = 16;

  private RawFrames() {}

  /** What the agent answered. */
  record Reply(int exitCode, String stdout) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(stdout);
      } catch (JsonProcessingException e) {
        throw new AssertionError("read the reply " + stdout, e);
      }
    }
  }

  /** A request frame. */
  static byte[] request(int millis, Call call, String verb) {
    Map<String, String> environment = call.with("CNI_COMMAND", verb).environment();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream payload = new DataOutputStream(bytes)) {
      UUID id = UUID.randomUUID();
      payload.writeLong(id.getMostSignificantBits());
      payload.writeLong(id.getLeastSignificantBits());
      payload.writeInt(millis);
      text16(payload, "myriapod");
      long count = environment.keySet().stream().filter(RawFrames::goesAlong).count();
      payload.writeShort((int) count);
      for (Map.Entry<String, String> entry : environment.entrySet()) {
        if (goesAlong(entry.getKey())) {
          text16(payload, entry.getKey());
          text32(payload, entry.getValue());
        }
      }
      text32(payload, call.config());
    } catch (IOException e) {
      throw new UncheckedIOException("build a frame", e);
    }
    return framed(bytes.toByteArray());
  }

  private static boolean goesAlong(String variable) {
    return variable.startsWith("CNI_");
  }

  private static void text16(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static void text32(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] framed(byte[] payload) {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .put("MYRI".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 1)
        .putShort((short) 0)
        .putInt(payload.length)
        .putInt(0)
        .put(payload)
        .array();
  }

  /** Connects and writes; the caller reads or goes away. */
  static SocketChannel send(Path socket, byte[] bytes) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return channel;
  }

  /** Writes these bytes and reads the reply. */
  static Reply exchange(Path socket, byte[] bytes) {
    try (SocketChannel channel = send(socket, bytes)) {
      return read(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("talk to " + socket, e);
    }
  }

  /** Writes these bytes, says that no more will come, and reads until the agent closes. */
  static int answeredAfterEndOfFile(Path socket, byte[] bytes) {
    try (SocketChannel channel = send(socket, bytes)) {
      channel.shutdownOutput();
      ByteBuffer reply = ByteBuffer.allocate(1 << 16);
      while (channel.read(reply) >= 0) {
        // more may come
      }
      return reply.position();
    } catch (IOException e) {
      throw new UncheckedIOException("talk to " + socket, e);
    }
  }

  /** Reads the reply while the sending side stays open. */
  static Reply read(SocketChannel channel) throws IOException {
    int length = filled(channel, HEADER_BYTES).getInt(8);
    ByteBuffer payload = filled(channel, length);
    payload.position(16);
    int exitCode = payload.getInt();
    byte[] stdout = new byte[payload.getInt()];
    payload.get(stdout);
    return new Reply(exitCode, new String(stdout, StandardCharsets.UTF_8));
  }

  private static ByteBuffer filled(SocketChannel channel, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException(
            "the agent closed after %d of %d bytes".formatted(buffer.position(), bytes));
      }
    }
    return buffer.flip();
  }
}
