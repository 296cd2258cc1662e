package io.myriapod.agent.socket;

import java.nio.ByteBuffer;

/**
 * The 16 bytes before every payload: magic, version, kind, flags, payload length, reserved.
 *
 * @param payloadLength 0 to {@link #MAX_PAYLOAD}
 */
record FrameHeader(Kind kind, int payloadLength) {
  static final int BYTES = 16;
  static final int MAX_PAYLOAD = 16 << 20;

  private static final int MAGIC = 0x4d595249; // "MYRI"
  private static final int VERSION = 1;

  enum Kind {
    REQUEST(1),
    REPLY(2);

    private final int wire;

    Kind(int wire) {
      this.wire = wire;
    }
  }

  void writeTo(ByteBuffer frame) {
    frame.putInt(MAGIC).put((byte) VERSION).put((byte) kind.wire).putShort((short) 0);
    frame.putInt(payloadLength).putInt(0);
  }

  static FrameHeader read(ByteBuffer frame, Kind expected) {
    int magic = frame.getInt();
    int version = frame.get() & 0xff;
    int kind = frame.get() & 0xff;
    int flags = frame.getShort() & 0xffff;
    long length = frame.getInt() & 0xffffffffL;
    int reserved = frame.getInt();
    require(magic == MAGIC, "it begins with %08x, not with MYRI", magic);
    require(version == VERSION, "it is of wire version %d; understood is %d", version, VERSION);
    require(kind == expected.wire, "it is of kind %d; expected is %d", kind, expected.wire);
    require(flags == 0 && reserved == 0, "flags %04x, reserved %08x; must be 0", flags, reserved);
    require(length <= MAX_PAYLOAD, "it claims %d bytes; allowed are %d", length, MAX_PAYLOAD);
    return new FrameHeader(expected, (int) length);
  }

  private static void require(boolean holds, String finding, Object... arguments) {
    if (!holds) throw new FrameException(finding.formatted(arguments));
  }
}
