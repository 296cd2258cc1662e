package io.myriapod.agent.service;

import io.myriapod.ipam.hostlocal.RecordedAttachments;
import io.myriapod.journal.Journal;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.util.Optional;

/** Attachments in whatever phase that the journal knows: DEL, GC and sweeps free those. */
record JournalledAttachments(Journal journal) implements RecordedAttachments {
  @Override
  public boolean contains(
      String network, ContainerId container, Optional<InterfaceName> interfaceName) {
    return journal.ofContainer(container).stream()
        .filter(
            record ->
                interfaceName.isEmpty() || record.key().interfaceName().equals(interfaceName.get()))
        .anyMatch(record -> record.text("network").equals(Optional.of(network)));
  }
}
