package io.myriapod.base.sbr;

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

/** The CNI plugin {@code sbr}. */
public final class SbrPlugin implements Plugin {
  public static final String TYPE = "sbr";

  private final Node node;
  private final SbrAttach attach;
  private final SbrCheck check;

  public SbrPlugin(Node node, Journal journal) {
    this.node = node;
    this.attach = new SbrAttach(node, journal);
    this.check = new SbrCheck(node, journal);
  }

  /** How to run the inverses that only this plugin records, by kind. */
  public Map<String, InverseHandler> inverseHandlers() {
    return Map.of(
        RoutedSources.KIND,
        new NamespaceUndo<>(node, RoutedSources::from, RoutedSources::site, SbrUndo::undo));
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    SbrConfig.parse(request);
  }

  @Override
  public void validate(PluginRequest request) {
    SbrConfig.parse(request);
    UnusedKeys.report(request.config());
    request.prevResult().ifPresent(previous -> SbrConfig.addresses(request, previous));
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            PodNamespace.open(node, host, request).close();
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> attach.add(request, SbrConfig.parse(request)));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, SbrConfig.parse(request)));
  }

  /** Needs no readable config: an old pod must go away under any new config. */
  @Override
  public void delete(PluginRequest request) {
    KernelRefusal.told(
        () -> PodNamespace.ifThere(node, request, pod -> SbrRemoval.run(request, pod)));
  }

  /** Keeps nothing outside of pods. */
  @Override
  public void gc(GcRequest request) {
    // nothing to free
  }

  /** Code 50 on a kernel without policy routing. */
  @Override
  public void status(StatusRequest request) {
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            if (host.rules().list().isEmpty()) {
              throw new CniException(
                  ErrorCode.UNAVAILABLE,
                  "route by source: this kernel has no policy rules",
                  "it needs CONFIG_IP_MULTIPLE_TABLES and CONFIG_IPV6_MULTIPLE_TABLES");
            }
          }
        });
  }
}
