package io.myriapod.journal.log;

import java.io.IOException;

/** A file is of another format than this program reads; it was left alone. */
public final class LogVersionException extends IOException {
  private static final long serialVersionUID = 1L;

  LogVersionException(String message) {
    super(message);
  }
}
