package io.myriapod.agent.service;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.UndoReport;
import java.util.List;

/** Undoes attachments together with what is known of their pods. Never throws. */
@FunctionalInterface
interface Undoing {
  UndoReport run(List<AttachmentRecord> records);
}
