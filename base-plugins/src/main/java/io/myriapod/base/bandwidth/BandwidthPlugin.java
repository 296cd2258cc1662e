package io.myriapod.base.bandwidth;

import io.myriapod.base.undo.NamespaceUndo;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Map;

/** The CNI plugin {@code bandwidth}. */
public final class BandwidthPlugin implements Plugin {
  public static final String TYPE = "bandwidth";

  private final Node node;
  private final BandwidthAttach attach;
  private final BandwidthCheck check;
  private final Cleanup cleanup;

  public BandwidthPlugin(Node node, Journal journal) {
    this.node = node;
    this.attach = new BandwidthAttach(node, journal);
    this.check = new BandwidthCheck(node);
    this.cleanup = new Cleanup(node, journal);
  }

  /** Runs the inverses that only this plugin records, by kind; for the agent's Undo. */
  public Map<String, InverseHandler> inverseHandlers() {
    return Map.of(
        AddedQdisc.KIND,
        new NamespaceUndo<>(node, AddedQdisc::from, AddedQdisc::site, QdiscUndo::undo));
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** The link to be limited need not exist yet: another plugin of the chain makes it. */
  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    BandwidthConfig.parse(request.config());
  }

  @Override
  public void validate(PluginRequest request) {
    BandwidthConfig.parse(request.config());
    BandwidthConfig.report(request.config());
    UnusedKeys.report(request.config());
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            PodNamespace.open(node, host, request).close();
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    BandwidthConfig config = BandwidthConfig.parse(request.config());
    return KernelRefusal.told(() -> attach.add(request, config));
  }

  @Override
  public void check(PluginRequest request) {
    BandwidthConfig config = BandwidthConfig.parse(request.config());
    KernelRefusal.told(() -> check.run(request, config));
  }

  @Override
  public void delete(PluginRequest request) {
    KernelRefusal.told(() -> cleanup.delete(request));
  }

  /** What is in a pod's namespace goes with it; on the node there are ifbs. */
  @Override
  public void gc(GcRequest request) {
    KernelRefusal.told(() -> cleanup.collectGarbage(request));
  }

  /** Of the kernel nothing is known before a link is to be limited. */
  @Override
  public void status(StatusRequest request) {
    try {
      BandwidthConfig.parse(request.config());
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }
}
