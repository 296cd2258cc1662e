package io.myriapod.child.link;

import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.ConfigReader;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.ipam.pod.KernelRefusal;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysfs;
import java.nio.file.Path;

/** The CNI plugin of one kind of child. */
public final class ChildPlugin<C extends ChildConfig> implements Plugin {
  private final ChildKind<C> kind;
  private final Node node;
  private final Journal journal;
  private final Ipam ipam;
  private final Parents parents;
  private final ChildAttach<C> attach;
  private final ChildCheck<C> check;

  public ChildPlugin(
      ChildKind<C> kind, Node node, Journal journal, Ipam ipam, LinkAddressing addressing) {
    this(kind, node, journal, ipam, addressing, new Sysfs(Path.of("/sys")));
  }

  /** With another tree than {@code /sys}. */
  public ChildPlugin(
      ChildKind<C> kind,
      Node node,
      Journal journal,
      Ipam ipam,
      LinkAddressing addressing,
      Sysfs sysfs) {
    this.kind = kind;
    this.node = node;
    this.journal = journal;
    this.ipam = ipam;
    this.parents = new Parents(sysfs);
    this.attach = new ChildAttach<>(kind, node, parents, journal, ipam, addressing);
    this.check = new ChildCheck<>(kind, node, parents, ipam, addressing);
  }

  @Override
  public String type() {
    return kind.type();
  }

  /** Reads configurations of that kind. */
  public static <C extends ChildConfig> ConfigReader reader(ChildKind<C> kind) {
    return request -> {
      kind.parse(ChildRequest.of(request));
      Ipam.readConfig(request);
    };
  }

  @Override
  public void validate(PluginRequest request) {
    C config = kind.parse(ChildRequest.of(request));
    ipam.validate(request);
    UnusedKeys.report(request.config());
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost();
              NetworkNamespace pod = PodNamespace.open(node, host, request)) {
            ParentPlace place = parents.in(config, host, pod);
            Link parent = place.require(config);
            kind.requireFit(config, parent, place, place.siblings(parent, node, journal));
          }
        });
  }

  @Override
  public CniResult add(PluginRequest request) {
    return KernelRefusal.told(() -> attach.add(request, kind.parse(ChildRequest.of(request))));
  }

  @Override
  public void check(PluginRequest request) {
    KernelRefusal.told(() -> check.run(request, kind.parse(ChildRequest.of(request))));
  }

  /** Reads neither parent nor any other key of the link: an old pod must go away regardless. */
  @Override
  public void delete(PluginRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(
        () -> KernelRefusal.told(() -> PodNamespace.deleteLink(node, request, kind.type())));
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
    C config = kind.parse(ChildRequest.of(request));
    if (!config.linkInContainer()) {
      KernelRefusal.told(() -> requireParent(config));
    }
  }

  private void requireParent(C config) {
    try (NetworkNamespace host = node.openHost()) {
      ParentPlace place = parents.on(host);
      Link parent = place.require(config);
      kind.requireUsable(config, parent, place, place.siblings(parent, node, journal));
    } catch (CniException e) {
      throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
    }
  }
}
