package io.myriapod.agent.service;

import io.myriapod.journal.AttachmentRecord;

/** Whether the namespace that an attachment was made in is still to be found there. */
@FunctionalInterface
interface NamespaceEye {
  boolean isThere(AttachmentRecord record);
}
