package io.myriapod.agent.service;

import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.metrics.AgentMetrics.Rare;
import io.myriapod.ipam.link.ConflictListener;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.Event;
import io.myriapod.multus.attach.AttachmentFacts;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of addresses that turned out to be another host's after their ADD: log, event, counter. */
record AddressConflicts(Journal journal, Cluster cluster, AgentMetrics metrics)
    implements ConflictListener {
  private static final Logger LOG = LoggerFactory.getLogger(AddressConflicts.class);

  @Override
  public void found(Conflict conflict) {
    String message =
        "address %s of \"%s\": another host on the link holds it; the kernel has taken it out of use"
            .formatted(conflict.address(), conflict.interfaceName());
    LOG.warn("{} (namespace {})", message, conflict.namespaceId());
    metrics.count(Rare.ADDRESS_CONFLICTS);
    cluster.emit(
        holder(conflict)
            .flatMap(AttachmentFacts::pod)
            .map(pod -> Event.warning(pod, "AddressConflict", message))
            .orElseGet(() -> Event.nodeWarning("AddressConflict", message)));
  }

  private Optional<AttachmentRecord> holder(Conflict conflict) {
    return journal.all().stream()
        .filter(record -> record.key().interfaceName().value().equals(conflict.interfaceName()))
        .filter(record -> record.text("namespaceId").equals(Optional.of(conflict.namespaceId())))
        .findFirst();
  }
}
