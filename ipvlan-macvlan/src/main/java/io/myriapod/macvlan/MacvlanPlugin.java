package io.myriapod.macvlan;

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
import io.myriapod.ipam.link.LinkMtu;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysfs;
import java.nio.file.Path;

/** The CNI plugin {@code macvlan}. */
public final class MacvlanPlugin implements Plugin {
  public static final String TYPE = "macvlan";

  private final Node node;
  private final Ipam ipam;
  private final Parents parents;
  private final MacvlanAttach attach;
  private final MacvlanCheck check;

  public MacvlanPlugin(Node node, Journal journal, Ipam ipam, LinkAddressing addressing) {
    this(node, journal, ipam, addressing, new Sysfs(Path.of("/sys")));
  }

  /** With another tree than {@code /sys}. */
  public MacvlanPlugin(
      Node node, Journal journal, Ipam ipam, LinkAddressing addressing, Sysfs sysfs) {
    this.node = node;
    this.ipam = ipam;
    this.parents = new Parents(sysfs);
    this.attach = new MacvlanAttach(node, parents, journal, ipam, addressing);
    this.check = new MacvlanCheck(node, parents, ipam, addressing);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void validate(PluginRequest request) {
    MacvlanConfig config = MacvlanConfig.parse(request);
    ipam.validate(request);
    UnusedKeys.report(request.config());
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost();
              NetworkNamespace pod = PodNamespace.open(node, host, request)) {
            parents.in(config, host, pod).require(config);
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> attach.add(request, MacvlanConfig.parse(request)));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, MacvlanConfig.parse(request)));
  }

  /** Reads neither parent nor any other key of the link: an old pod must go away regardless. */
  @Override
  public void delete(PluginRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> KernelRefusal.told(() -> PodNamespace.deleteLink(node, request, TYPE)));
    errors.attempt(() -> ipam.release(request));
    errors.raise();
  }

  @Override
  public void gc(GcRequest request) {
    ipam.gc(request);
  }

  /** A parent inside the pods cannot be looked for here. */
  @Override
  public void status(StatusRequest request) {
    ipam.status(request);
    boolean inPods = request.config().root().bool("linkInContainer", false);
    if (!inPods) {
      KernelRefusal.told(() -> requireParent(request));
    }
  }

  private void requireParent(StatusRequest request) {
    ParentSelector parent = MacvlanConfig.parent(request.config().root());
    try (NetworkNamespace host = node.openHost()) {
      ParentLink.requireFit(parents.on(host).require(parent), LinkMtu.in(request.config().root()));
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }
}
