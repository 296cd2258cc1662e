package io.myriapod.agent.undo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.foreign.DhcpDaemon;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.UndoClass;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.multus.attach.ForeignSteps;

/**
 * Records an executed IPAM plugin's ADD before it happens. What it undoes is a lease: its DEL comes
 * after the links are gone, unless it needs the link to give the lease back.
 */
public final class ForeignIpamJournal implements ChainListener {
  private final Journal journal;

  /** Records into the attachment's own record, which its plugin has open. */
  public ForeignIpamJournal(Journal journal) {
    this.journal = journal;
  }

  @Override
  public void willAdd(Plugin plugin, PluginRequest request) {
    RanForeign ran = ForeignSteps.inverse(plugin.type(), request);
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (OpenRecord record = journal.begin(key, JsonNodeFactory.instance.objectNode())) {
      record.will(new Inverse(RanForeign.KIND, undoClass(plugin.type()), ran.toInverse().data()));
      record.done();
    }
  }

  private static UndoClass undoClass(String type) {
    return DhcpDaemon.releasesOverTheLink(type) ? UndoClass.FOREIGN : UndoClass.LEASE;
  }
}
