package io.myriapod.journal.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One entry as it lies in a file, big-endian: u32 marker {@code "MYRJ"} | u32 length of the payload
 * | u32 CRC32C of the length and of all that follows | u64 sequence | u64 durable | payload.
 *
 * @param sequence counts the entries of the log from 1, without gaps
 * @param durable the highest sequence that was known to be durable when this one was written: what
 *     is missing below it was lost by the disk, what is missing above it was never promised
 * @param end offset of the first byte behind it
 */
record Frame(long sequence, long durable, byte[] payload, int end) {
  static final int HEADER_BYTES = 28;
  private static final int MARKER = 0x4d59524a; // MYRJ
  private static final byte FIRST_BYTE = 'M';
  private static final int LENGTH_AT = 4;
  private static final int CHECKSUM_AT = 8;
  private static final int SEQUENCE_AT = 12;

  static int size(byte[] payload) {
    return Math.addExact(HEADER_BYTES, payload.length);
  }

  static ByteBuffer encode(long sequence, long durable, byte[] payload) {
    ByteBuffer bytes = ByteBuffer.allocate(size(payload));
    bytes.putInt(MARKER).putInt(payload.length).putInt(0).putLong(sequence).putLong(durable);
    bytes.put(payload).flip();
    return bytes.putInt(CHECKSUM_AT, checksum(bytes.array(), 0, bytes.limit()));
  }

  /** All frames from that offset on that are whole, whatever lies between them. */
  static List<Frame> scan(byte[] file, int from) {
    List<Frame> frames = new ArrayList<>();
    int at = from;
    while (at <= file.length - HEADER_BYTES) {
      if (file[at] != FIRST_BYTE) { // most of a file may be zeros
        at++;
        continue;
      }
      Optional<Frame> frame = at(file, at);
      frame.ifPresent(frames::add);
      at = frame.map(Frame::end).orElse(at + 1);
    }
    return frames;
  }

  private static Optional<Frame> at(byte[] file, int at) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int length = bytes.getInt(at + LENGTH_AT);
    if (bytes.getInt(at) != MARKER || length < 0 || length > file.length - at - HEADER_BYTES) {
      return Optional.empty();
    }
    int end = at + HEADER_BYTES + length;
    if (bytes.getInt(at + CHECKSUM_AT) != checksum(file, at, end)) {
      return Optional.empty();
    }
    byte[] payload = new byte[length];
    bytes.get(at + HEADER_BYTES, payload);
    return Optional.of(
        new Frame(
            bytes.getLong(at + SEQUENCE_AT), bytes.getLong(at + SEQUENCE_AT + 8), payload, end));
  }

  private static int checksum(byte[] file, int start, int end) {
    CRC32C crc = new CRC32C();
    crc.update(file, start + LENGTH_AT, CHECKSUM_AT - LENGTH_AT);
    crc.update(file, start + SEQUENCE_AT, end - start - SEQUENCE_AT);
    return (int) crc.getValue();
  }
}
