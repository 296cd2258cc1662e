package io.myriapod.journal;

/** The journal could not be read or written. The message keeps the kernel's text. */
public class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
