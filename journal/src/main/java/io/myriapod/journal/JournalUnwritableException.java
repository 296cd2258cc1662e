package io.myriapod.journal;

/**
 * Nothing can be recorded now: the disk is full, read-only or broken. An ADD must not go on; an
 * undo does.
 */
public final class JournalUnwritableException extends JournalException {
  private static final long serialVersionUID = 1L;

  JournalUnwritableException(String message) {
    super(message);
  }

  JournalUnwritableException(String message, Throwable cause) {
    super(message, cause);
  }
}
