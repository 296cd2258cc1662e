package io.myriapod.journal.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of the log that is open for writing. An interrupt of the thread does no harm to it. */
public interface LogFile extends Closeable {
  /** Writes all remaining bytes at that position; the buffer's own position stays. */
  void write(ByteBuffer bytes, long position) throws IOException;

  /** fdatasync(2). */
  void force() throws IOException;
}
