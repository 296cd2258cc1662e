package io.myriapod.agent.undo;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.inverse.HeldLease;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives addresses back to their host-local pools; only those of the recorded owner. */
public final class LeaseUndo implements InverseHandler {
  private final Ipam ipam;

  /** Releases through this one. */
  public LeaseUndo(Ipam ipam) {
    this.ipam = ipam;
  }

  /**
   * The inverse of the lease that an ADD of a built-in plugin will take; empty if it takes none.
   */
  public static List<Inverse> foreseen(Ipam ipam, PluginRequest request) {
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    return ipam.leaseOf(request).stream()
        .map(lease -> new HeldLease(lease.dataDir(), lease.network(), key).toInverse())
        .toList();
  }

  @Override
  public Map<PendingInverse, String> undo(List<PendingInverse> batch) {
    Map<PendingInverse, String> failures = new LinkedHashMap<>();
    for (PendingInverse one : batch) {
      HeldLease lease = HeldLease.from(one.inverse());
      try {
        ipam.releaseLease(
            lease.dataDir(), lease.network(), lease.key().container(), lease.key().interfaceName());
      } catch (CniException e) {
        failures.put(one, e.getMessage());
      }
    }
    return failures;
  }
}
