package io.myriapod.journal;

/** A record of that key exists and is not open: attached, left by a crash, or half undone. */
public final class AlreadyRecordedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient AttachmentRecord existing;

  AlreadyRecordedException(AttachmentRecord existing) {
    super("begin record of %s: one exists, %s".formatted(existing.name(), existing.phase()));
    this.existing = existing;
  }

  /** The record that is in the way. */
  public AttachmentRecord existing() {
    return existing;
  }
}
