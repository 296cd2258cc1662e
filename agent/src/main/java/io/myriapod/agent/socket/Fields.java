package io.myriapod.agent.socket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a payload one after another; each is named, bounded and inside. */
final class Fields {
  private final ByteBuffer payload;

  Fields(ByteBuffer payload) {
    this.payload = payload;
  }

  RequestId requestId() {
    needs(16, "the request id");
    return new RequestId(payload.getLong(), payload.getLong());
  }

  int u16(String field) {
    needs(2, field);
    return payload.getShort() & 0xffff;
  }

  long u32(String field) {
    needs(4, field);
    return payload.getInt() & 0xffffffffL;
  }

  byte[] bytes(long length, int limit, String field) {
    if (length > limit) {
      throw new FrameException("%s has %d bytes; allowed are %d".formatted(field, length, limit));
    }
    needs(length, field);
    byte[] bytes = new byte[(int) length];
    payload.get(bytes);
    return bytes;
  }

  String text(long length, int limit, String field) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(length, limit, field));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new FrameException(field + " is no UTF-8");
    }
  }

  void end() {
    if (payload.hasRemaining()) {
      throw new FrameException("%d bytes after its last field".formatted(payload.remaining()));
    }
  }

  private void needs(long length, String field) {
    if (payload.remaining() < length) {
      throw new FrameException(
          "it ends inside %s: %d of %d bytes are there"
              .formatted(field, payload.remaining(), length));
    }
  }
}
