package io.myriapod.journal;

/**
 * An inverse about to run, with the record that it belongs to (its facts tell network, config,
 * result and so on).
 *
 * @param step number of the step within the journal
 */
public record PendingInverse(AttachmentRecord record, long step, Inverse inverse) {
  /** The pending inverse of that record that equals this one. */
  public PendingInverse(AttachmentRecord record, Inverse inverse) {
    this(record, record.stepOf(inverse), inverse);
  }

  public AttachmentKey key() {
    return record.key();
  }
}
