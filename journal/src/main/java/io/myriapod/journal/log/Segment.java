package io.myriapod.journal.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A segment that is being filled: allocated with zeros and durable before its first entry. */
final class Segment {
  private static final int CHUNK = 1 << 16;

  private final LogFile file;
  private final FileName name;
  private final long capacity;
  private volatile long position = FileHeader.BYTES;

  private Segment(LogFile file, FileName name, long capacity) {
    this.file = file;
    this.name = name;
    this.capacity = capacity;
  }

  /** Leaves nothing behind if it cannot be allocated. */
  static Segment create(LogFiles files, FileName name, long capacity) throws IOException {
    LogFile file = files.create(name.toString());
    try {
      for (long at = 0; at < capacity; at += CHUNK) {
        file.write(ByteBuffer.allocate((int) Math.min(CHUNK, capacity - at)), at);
      }
      file.write(ByteBuffer.wrap(FileHeader.ofSegment().bytes()), 0);
      file.force(); // so that the room is really there, and later flushes have no sizes to write
      files.syncDirectory();
      return new Segment(file, name, capacity);
    } catch (IOException e) {
      discard(files, file, name, e);
      throw e;
    }
  }

  private static void discard(LogFiles files, LogFile file, FileName name, IOException cause) {
    try (file) {
      files.delete(name.toString());
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  FileName name() {
    return name;
  }

  long number() {
    return name.number();
  }

  long capacity() {
    return capacity;
  }

  /** Bytes not used yet. */
  long room() {
    return capacity - position;
  }

  void write(ByteBuffer frame) throws IOException {
    file.write(frame, position);
    position += frame.remaining();
  }

  void force() throws IOException {
    file.force();
  }

  void close() throws IOException {
    file.close();
  }
}
