package io.myriapod.agent.service;

import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.RecordPhase;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DELs of containers of which nothing is recorded, mostly repeated ones. Their plugins go by path
 * and interface name alone, and under that path another container may live by now.
 */
record LateDeletes(Journal journal, NamespaceCheck namespaces) {
  private static final Logger LOG = LoggerFactory.getLogger(LateDeletes.class);

  /** The request, without its namespace if that is known to be another container's. */
  PluginRequest spared(PluginRequest request) {
    if (request.netns().isEmpty() || !journal.ofContainer(request.container()).isEmpty()) {
      return request;
    }
    Optional<AttachmentRecord> holder = holder(request, request.netns().get());
    holder.ifPresent(
        record ->
            LOG.warn(
                "DEL of container {}: {} is the namespace of container {} and is left alone",
                request.container(),
                request.netns().get(),
                record.key().container()));
    return holder.isPresent() ? request.withoutNetns() : request;
  }

  private Optional<AttachmentRecord> holder(PluginRequest request, Path netns) {
    try {
      Optional<String> id = Optional.of(namespaces.look(netns).id());
      return journal.all().stream()
          .filter(record -> record.phase() != RecordPhase.DELETING)
          .filter(record -> !record.key().container().equals(request.container()))
          .filter(record -> record.text("namespaceId").equals(id))
          .findFirst();
    } catch (CniException e) {
      return Optional.empty(); // nothing is there, so nothing can be hit
    }
  }
}
