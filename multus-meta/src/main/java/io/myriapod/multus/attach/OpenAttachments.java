package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AlreadyRecordedException;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.JournalException;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.port.Foresight;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.types.InterfaceName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal records of a pod while it is being attached, one per network, in their order. Left
 * without {@link #done()}, all of them are undone together, so that foreign plugins, links and
 * leases of the whole pod go in the order that the journal keeps.
 */
final class OpenAttachments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenAttachments.class);

  private final Undo undo;
  private final Map<InterfaceName, OpenRecord> records = new LinkedHashMap<>();
  private boolean done;

  private OpenAttachments(Undo undo) {
    this.undo = undo;
  }

  /**
   * Begins a record for every attachment and makes them durable together.
   *
   * @throws CniException 109 if one exists
   */
  static OpenAttachments begin(MultusPorts ports, PodPlan plan, String namespaceId) {
    OpenAttachments open = new OpenAttachments(ports.undo());
    try {
      for (PlannedAttachment each : plan.attachments()) {
        AttachmentKey key = new AttachmentKey(each.call().container(), each.call().interfaceName());
        ObjectNode facts = AttachmentFacts.of(plan, each, namespaceId, ports.requestId().get());
        open.records.put(key.interfaceName(), ports.journal().begin(key, facts));
      }
      plan.attachments().forEach(each -> open.announceLeases(each, ports.foresight()));
      ports.journal().sync();
      return open;
    } catch (AlreadyRecordedException e) {
      open.close();
      throw alreadyAttached(e.existing().key());
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private void announceLeases(PlannedAttachment attachment, Foresight foresight) {
    for (int i = 0; i < attachment.call().list().plugins().size(); i++) {
      PluginRequest request = attachment.call().request(i, Optional.empty());
      foresight.leases(request).forEach(lease -> get(attachment).announce(lease));
    }
  }

  static CniException alreadyAttached(AttachmentKey key) {
    return new CniException(
        ErrorCode.ALREADY_ATTACHED,
        "attach \"%s\" of container %s: it is attached already"
            .formatted(key.interfaceName(), key.container()),
        "the runtime must call DEL before it calls ADD again");
  }

  static CniException unrecorded(JournalException e) {
    return new CniException(
        ErrorCode.IO,
        "record the attachments in the journal: " + e.getMessage(),
        "check space and permissions of the journal's directory",
        e);
  }

  /** The record of that attachment. */
  OpenRecord get(PlannedAttachment attachment) {
    return records.get(attachment.call().interfaceName());
  }

  /** All networks are attached. */
  void done() {
    records.values().forEach(OpenRecord::done);
    done = true;
  }

  @Override
  public void close() {
    if (!done) {
      undoTogether();
    }
    List<OpenRecord> newestFirst = new ArrayList<>(records.values());
    Collections.reverse(newestFirst);
    newestFirst.forEach(OpenRecord::close);
  }

  private void undoTogether() {
    List<AttachmentRecord> mine =
        records.values().stream().map(OpenRecord::record).flatMap(Optional::stream).toList();
    UndoReport report = undo.run(mine);
    report.failures().forEach(failure -> LOG.warn("{}; it stays in the journal", failure));
  }
}
