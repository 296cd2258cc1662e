package io.myriapod.base.veth;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.linux.Node;

/**
 * The verbs that are the same for all plugins with a veth pair: DEL without a record, GC, STATUS.
 */
public final class VethUpkeep {
  private final Node node;
  private final Ipam ipam;
  private final Masquerade masquerade;

  public VethUpkeep(Node node, Ipam ipam, Masquerade masquerade) {
    this.node = node;
    this.ipam = ipam;
    this.masquerade = masquerade;
  }

  /** Whether addresses are translated: the one key that all verbs need. */
  public static boolean translates(NetworkConfig config) {
    return config.root().bool("ipMasq", false);
  }

  /** Needs no other readable key: an old pod must go away under any new config. */
  public void delete(PluginRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> KernelRefusal.told(() -> PodNamespace.deleteLink(node, request, "veth")));
    errors.attempt(() -> KernelRefusal.told(() -> restoreIfTranslated(request.config())));
    errors.attempt(() -> ipam.release(request));
    errors.raise();
  }

  /** The journal does not know the attachment, so a table written anew is one without it. */
  private void restoreIfTranslated(NetworkConfig config) {
    if (translates(config)) {
      masquerade.restore();
    }
  }

  /** Frees leases, and translations of addresses that no attachment holds. */
  public void gc(GcRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> ipam.gc(request));
    errors.attempt(() -> restoreIfTranslated(request.config()));
    errors.raise();
  }

  /** Throws CniException 50 if there is no free address, or no working nft where one is needed. */
  public void status(StatusRequest request) {
    ipam.status(request);
    if (translates(request.config())) {
      try {
        masquerade.requireUsable();
      } catch (CniException e) {
        throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
      }
    }
  }
}
