package io.myriapod.multus.attach;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the records that the meta-plugin made; other plugins' are in the same journal. */
final class SandboxRecords {
  private final Journal journal;

  SandboxRecords(Journal journal) {
    this.journal = journal;
  }

  /** What one ADD made for a container, in the order of attaching. */
  List<AttachmentRecord> of(ContainerId container, InterfaceName sandboxInterface) {
    return journal.ofContainer(container).stream()
        .filter(record -> isOf(record, sandboxInterface))
        .sorted(Comparator.comparing(AttachmentFacts::order))
        .toList();
  }

  private static boolean isOf(AttachmentRecord record, InterfaceName sandboxInterface) {
    return record
        .text(AttachmentFacts.SANDBOX_INTERFACE)
        .filter(sandboxInterface.value()::equals)
        .isPresent();
  }

  /** The record with the parts of its attachment, which are nobody else's to undo. */
  Stream<AttachmentRecord> whole(AttachmentRecord record) {
    return journal.ofAttachment(record.key()).stream();
  }

  /** Every record that our configuration of that name made. */
  List<AttachmentRecord> ofMeta(String network) {
    return journal.all().stream()
        .filter(
            record -> record.text(AttachmentFacts.META_NETWORK).filter(network::equals).isPresent())
        .toList();
  }
}
