package io.myriapod.agent.status;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.attach.AttachmentFacts;

/** What people call an attachment of the journal by. */
public final class RecordedNames {
  private RecordedNames() {}

  /** {@code namespace/name}; of a container whose pod nobody knows its id. */
  public static String pod(AttachmentRecord record) {
    return AttachmentFacts.pod(record)
        .map(PodRef::toString)
        .orElseGet(() -> record.key().container().value());
  }

  /** As its definition is called, else its configuration. */
  public static String network(AttachmentRecord record) {
    return record.text("definition").or(() -> record.text("network")).orElse("");
  }
}
