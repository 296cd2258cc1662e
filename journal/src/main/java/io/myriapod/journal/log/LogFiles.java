package io.myriapod.journal.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

/** What a log needs of the one directory that it lives in. */
public interface LogFiles {
  /** The directory, for messages. */
  String where();

  List<String> names() throws IOException;

  /**
   * All of a file.
   *
   * @throws FileNotFoundException if it is gone
   */
  byte[] read(String name) throws IOException;

  /** Makes a file, empty; over an old one if there is one. */
  LogFile create(String name) throws IOException;

  /** Cuts a file and makes what is left of it durable. */
  void cut(String name, long length) throws IOException;

  /** Atomically. Durable after {@link #syncDirectory()}. */
  void rename(String from, String to) throws IOException;

  /** Nothing if it is gone already. */
  void delete(String name) throws IOException;

  /** Makes the names durable. */
  void syncDirectory() throws IOException;

  /** Bytes that may still be written on that disk. */
  long usableBytes();

  /** Whether files can be made here: false on a read-only mount, for root too. */
  boolean writable();
}
