package io.myriapod.base.tuning;

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
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.Map;

/** The CNI plugin {@code tuning}. */
public final class TuningPlugin implements Plugin {
  public static final String TYPE = "tuning";
  private static final InterfaceName ANY_LINK = new InterfaceName("eth0");

  private final Node node;
  private final Path root;
  private final AllowList allowList;
  private final TuningAttach attach;
  private final TuningCheck check;

  /**
   * @param root what the allow-list and the paths of configurations are below
   */
  public TuningPlugin(Node node, Journal journal, Path root) {
    this.node = node;
    this.root = root;
    this.allowList = new AllowList(root);
    this.attach = new TuningAttach(node, journal);
    this.check = new TuningCheck(node, journal);
  }

  /** How to run the inverses that only this plugin records, by kind. */
  public Map<String, InverseHandler> inverseHandlers() {
    return Map.of(
        Tuned.KIND, new NamespaceUndo<>(node, Tuned::from, Tuned::site, TuningUndo::undo));
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}. */
  public static void readConfig(PluginRequest request) {
    TuningConfig.parse(request);
  }

  @Override
  public void validate(PluginRequest request) {
    TuningConfig config = TuningConfig.parse(request);
    UnusedKeys.report(request.config());
    allowList.require(config.sysctls());
    request.prevResult().ifPresent(before -> config.requireFitting(request, before));
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost();
              NetworkNamespace pod = PodNamespace.open(node, host, request)) {
            new PodSysctls(pod.sysctls(), host.sysctls()).requireKnown(config.sysctls());
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    TuningConfig config = TuningConfig.parse(request);
    allowList.require(config.sysctls());
    return KernelRefusal.told(() -> attach.add(request, config));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, TuningConfig.parse(request)));
  }

  /** Only what the reference plugin left is known here; the journal knows all else. */
  @Override
  public void delete(PluginRequest request) {
    ReferenceBackup.find(root, request)
        .ifPresent(
            backup -> {
              KernelRefusal.told(
                  () -> PodNamespace.ifThere(node, request, pod -> backup.restore(pod, request)));
              backup.remove();
            });
  }

  /** Keeps nothing outside of pods. */
  @Override
  public void gc(GcRequest request) {
    // nothing to free
  }

  /** Code 50 if the node's allow-list cannot be used, or does not allow what the network sets. */
  @Override
  public void status(StatusRequest request) {
    var settings = SysctlSettings.parse(request.config(), ANY_LINK);
    try {
      allowList.require(settings);
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }
}
