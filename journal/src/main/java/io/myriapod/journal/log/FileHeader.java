package io.myriapod.journal.log;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first 32 bytes of each file, big-endian: {@code "MYRIJRNL"} | u32 format version | u32 kind
 * (1 segment, 2 snapshot) | u64 sequence of the last entry that a snapshot covers, 0 in a segment |
 * u32 number of records in a snapshot, 0 in a segment | u32 CRC32C of the 28 bytes before. All
 * later versions keep this shape.
 */
record FileHeader(int version, int kind, long through, int count) {
  static final int BYTES = 32;

  /** 3 came with records of devices, 2 with parts of attachments; 1 is the same without both. */
  static final int VERSION = 3;

  private static final long MAGIC = 0x4d5952494a524e4cL; // MYRIJRNL
  private static final int SEGMENT = 1;
  private static final int SNAPSHOT = 2;

  static FileHeader ofSegment() {
    return new FileHeader(VERSION, SEGMENT, 0, 0);
  }

  static FileHeader ofSnapshot(long through, int count) {
    return new FileHeader(VERSION, SNAPSHOT, through, count);
  }

  /** Absent if the bytes do not start with a header that is whole. */
  static Optional<FileHeader> read(byte[] file) {
    if (file.length < BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    boolean whole = bytes.getLong() == MAGIC && bytes.getInt(BYTES - 4) == checksum(file);
    return whole
        ? Optional.of(
            new FileHeader(bytes.getInt(), bytes.getInt(), bytes.getLong(), bytes.getInt()))
        : Optional.empty();
  }

  boolean isReadable() {
    return version >= 1 && version <= VERSION;
  }

  byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.putLong(MAGIC).putInt(version).putInt(kind).putLong(through).putInt(count);
    buffer.putInt(checksum(bytes));
    return bytes;
  }

  private static int checksum(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, BYTES - 4);
    return (int) crc.getValue();
  }
}
