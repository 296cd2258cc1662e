package io.myriapod.base.bridge;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Map;

/** The CNI plugin {@code bridge}. */
public final class BridgePlugin implements Plugin {
  public static final String TYPE = "bridge";

  private final Node node;
  private final Ipam ipam;
  private final Masquerade masquerade;
  private final BridgeAttach attach;
  private final BridgeCheck check;

  /** With the {@code nft} found on the path. */
  public BridgePlugin(Node node, Journal journal, Ipam ipam, LinkAddressing addressing) {
    this(node, journal, ipam, addressing, new Masquerade(node, journal));
  }

  /** With another masquerade than the usual one. */
  public BridgePlugin(
      Node node, Journal journal, Ipam ipam, LinkAddressing addressing, Masquerade masquerade) {
    this.node = node;
    this.ipam = ipam;
    this.masquerade = masquerade;
    this.attach = new BridgeAttach(node, journal, ipam, addressing, masquerade);
    this.check = new BridgeCheck(node, ipam, addressing, masquerade);
  }

  /** Runs the inverses that only this plugin records, by kind; for the agent's Undo. */
  public Map<String, InverseHandler> inverseHandlers() {
    return Map.of(Masquerade.INVERSE_KIND, masquerade.inverseHandler());
  }

  /** Writes what this plugin keeps outside of links anew: after {@code nft flush ruleset}. */
  public void restore() {
    masquerade.restore();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void validate(PluginRequest request) {
    BridgeConfig config = BridgeConfig.parse(request);
    ipam.validate(request);
    UnusedKeys.report(request.config());
    if (config.masquerade()) {
      masquerade.requireUsable();
    }
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            PodNamespace.open(node, host, request).close();
            BridgeLink.find(host, config.bridge());
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> attach.add(request, BridgeConfig.parse(request)));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, BridgeConfig.parse(request)));
  }

  /** Needs no readable config of the bridge: an old pod must go away under any new config. */
  @Override
  public void delete(PluginRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> KernelRefusal.told(() -> PodNamespace.deleteLink(node, request, "veth")));
    errors.attempt(() -> KernelRefusal.told(() -> restoreIfTranslated(request.config())));
    errors.attempt(() -> ipam.release(request));
    errors.raise();
  }

  /** The journal does not know the attachment, so a table written anew is one without it. */
  private void restoreIfTranslated(NetworkConfig config) {
    if (BridgeConfig.masquerade(config)) {
      masquerade.restore();
    }
  }

  @Override
  public void gc(GcRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> ipam.gc(request));
    errors.attempt(() -> restoreIfTranslated(request.config()));
    errors.raise();
  }

  @Override
  public void status(StatusRequest request) {
    ipam.status(request);
    if (BridgeConfig.masquerade(request.config())) {
      try {
        masquerade.requireUsable();
      } catch (CniException e) {
        throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
      }
    }
  }
}
