package io.myriapod.agent.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.myriapod.agent.socket.FrameHeader.Kind;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Frames to bytes and back; docs/shim-protocol.md. Big-endian, lengths in bytes, no padding. */
public final class FrameCodec {
  /** Longest frame, header included. */
  public static final int MAX_FRAME = FrameHeader.BYTES + FrameHeader.MAX_PAYLOAD;

  private static final int MAX_STDIN = 8 << 20;
  private static final int MAX_ENTRY_VALUE = 1 << 20;
  private static final int MAX_ENTRIES = 64;
  private static final int MAX_KEY = 0xffff;
  private static final int MAX_CALLED_AS = 255;

  private FrameCodec() {}

  public static byte[] encode(RequestFrame request) {
    return frame(
        Kind.REQUEST,
        payload -> {
          putId(payload, request.id());
          payload.writeInt((int) Math.min(request.timeLeft().toMillis(), 0xffffffffL));
          putShortText(payload, request.calledAs());
          payload.writeShort(request.environment().size());
          for (Map.Entry<String, String> entry : request.environment().entrySet()) {
            putShortText(payload, entry.getKey());
            putBytes(payload, entry.getValue().getBytes(UTF_8));
          }
          putBytes(payload, request.stdin());
        });
  }

  public static byte[] encode(ReplyFrame reply) {
    return frame(
        Kind.REPLY,
        payload -> {
          putId(payload, reply.id());
          payload.writeInt(reply.exitCode());
          putBytes(payload, reply.stdout());
        });
  }

  /**
   * Reads a whole request frame, header included.
   *
   * @throws FrameException if it is anything else
   */
  public static RequestFrame decodeRequest(byte[] frame) {
    Fields fields = payload(frame, Kind.REQUEST);
    RequestId id = fields.requestId();
    Duration timeLeft = Duration.ofMillis(fields.u32("the time left"));
    String name = "the called-as name";
    String calledAs = fields.text(fields.u16(name), MAX_CALLED_AS, name);
    Map<String, String> environment = environment(fields);
    byte[] stdin = fields.bytes(fields.u32("stdin"), MAX_STDIN, "stdin");
    fields.end();
    return new RequestFrame(id, timeLeft, calledAs, environment, stdin);
  }

  /**
   * Reads a whole reply frame, header included.
   *
   * @throws FrameException if it is anything else
   */
  public static ReplyFrame decodeReply(byte[] frame) {
    Fields fields = payload(frame, Kind.REPLY);
    RequestId id = fields.requestId();
    int exitCode = (int) Math.min(fields.u32("the exit code"), Integer.MAX_VALUE);
    byte[] stdout = fields.bytes(fields.u32("stdout"), FrameHeader.MAX_PAYLOAD, "stdout");
    fields.end();
    return new ReplyFrame(id, exitCode > 255 ? 1 : exitCode, stdout);
  }

  private static Map<String, String> environment(Fields fields) {
    int count = fields.u16("the environment");
    if (count > MAX_ENTRIES) {
      throw new FrameException(
          "%d environment entries; allowed are %d".formatted(count, MAX_ENTRIES));
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String field = "key %d of the environment".formatted(i);
      String key = fields.text(fields.u16(field), MAX_KEY, field);
      String value = fields.text(fields.u32(key), MAX_ENTRY_VALUE, key);
      environment.putIfAbsent(key, value); // the first one counts, as with getenv(3)
    }
    return environment;
  }

  private static Fields payload(byte[] frame, Kind kind) {
    if (frame.length < FrameHeader.BYTES) {
      throw new FrameException(
          "%d bytes; its header has %d".formatted(frame.length, FrameHeader.BYTES));
    }
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    FrameHeader header = FrameHeader.read(buffer, kind);
    if (header.payloadLength() != buffer.remaining()) {
      throw new FrameException(
          "its header claims %d bytes; there are %d"
              .formatted(header.payloadLength(), buffer.remaining()));
    }
    return new Fields(buffer);
  }

  private interface Body {
    void writeTo(DataOutputStream payload) throws IOException;
  }

  private static byte[] frame(Kind kind, Body body) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try {
      body.writeTo(new DataOutputStream(payload));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    if (payload.size() > FrameHeader.MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "write the frame: %d bytes of payload; allowed are %d"
              .formatted(payload.size(), FrameHeader.MAX_PAYLOAD));
    }
    ByteBuffer frame = ByteBuffer.allocate(FrameHeader.BYTES + payload.size());
    new FrameHeader(kind, payload.size()).writeTo(frame);
    frame.put(payload.toByteArray());
    return frame.array();
  }

  private static void putId(DataOutputStream payload, RequestId id) throws IOException {
    payload.writeLong(id.high());
    payload.writeLong(id.low());
  }

  private static void putShortText(DataOutputStream payload, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length > MAX_KEY) {
      throw new IllegalArgumentException(
          "write the frame: a name of %d bytes; allowed are %d".formatted(bytes.length, MAX_KEY));
    }
    payload.writeShort(bytes.length);
    payload.write(bytes);
  }

  private static void putBytes(DataOutputStream payload, byte[] bytes) throws IOException {
    payload.writeInt(bytes.length);
    payload.write(bytes);
  }
}
