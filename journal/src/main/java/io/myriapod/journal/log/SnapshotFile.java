package io.myriapod.journal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.Stream;

/** Writes a snapshot: a reader sees it whole or not at all. */
final class SnapshotFile {
  private SnapshotFile() {}

  /**
   * Returns when it is durable.
   *
   * @param through the last sequence whose effect is in the records
   * @return its size in bytes
   */
  static long write(LogFiles files, FileName name, long through, Stream<byte[]> records)
      throws IOException {
    String temporary = name + FileName.TEMPORARY;
    try {
      long size = fill(files, temporary, through, records.iterator());
      files.rename(temporary, name.toString());
      files.syncDirectory();
      return size;
    } catch (IOException e) {
      discard(files, temporary, e);
      throw e;
    }
  }

  private static long fill(LogFiles files, String temporary, long through, Iterator<byte[]> records)
      throws IOException {
    try (LogFile file = files.create(temporary)) {
      long at = FileHeader.BYTES;
      int count = 0;
      while (records.hasNext()) {
        count++;
        ByteBuffer frame = Frame.encode(count, through, records.next());
        file.write(frame, at);
        at += frame.remaining();
      }
      file.write(ByteBuffer.wrap(FileHeader.ofSnapshot(through, count).bytes()), 0);
      file.force();
      return at;
    }
  }

  private static void discard(LogFiles files, String temporary, IOException cause) {
    try {
      files.delete(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
