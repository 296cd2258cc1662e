package io.myriapod.base.bridge;

import io.myriapod.base.masquerade.Masquerade;
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
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.InterfaceName;
import java.util.Map;
import java.util.Optional;

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
    UnreadKeys.report(request.config(), ipam.foreignType(request).isPresent());
    if (config.masquerade()) {
      masquerade.requireUsable();
    }
    KernelRefusal.told(
        () -> {
          try (NetworkNamespace host = node.openHost()) {
            PodNamespace.open(node, host, request).close();
            return BridgeLink.find(host, config.bridge());
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
    errors.attempt(() -> KernelRefusal.told(() -> deleteLink(request)));
    errors.attempt(() -> KernelRefusal.told(() -> forgetAddresses(request)));
    errors.attempt(() -> ipam.release(request));
    errors.raise();
  }

  /** The far end goes along. Never in the node's namespace, whatever path was given. */
  private boolean deleteLink(PluginRequest request) {
    Optional<NetworkNamespace> found = PodNamespace.openIfThere(node, request);
    found.ifPresent(
        namespace -> {
          try (NetworkNamespace pod = namespace;
              NetworkNamespace host = node.openHost()) {
            if (!PodNamespace.same(pod, host)) {
              delete(pod, request.interfaceName());
            }
          }
        });
    return found.isPresent();
  }

  private static void delete(NetworkNamespace pod, InterfaceName name) {
    try {
      pod.links()
          .find(name.value())
          .filter(link -> link.isKind("veth"))
          .ifPresent(pod.links()::delete);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  /** The journal does not know the attachment, so a table written anew is one without it. */
  private boolean forgetAddresses(PluginRequest request) {
    boolean translated = request.config().root().bool("ipMasq", false);
    if (translated) {
      masquerade.restore();
    }
    return translated;
  }

  @Override
  public void gc(GcRequest request) {
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> ipam.gc(request));
    if (request.config().root().bool("ipMasq", false)) {
      errors.attempt(masquerade::restore);
    }
    errors.raise();
  }

  @Override
  public void status(StatusRequest request) {
    ipam.status(request);
    if (request.config().root().bool("ipMasq", false)) {
      try {
        masquerade.requireUsable();
      } catch (CniException e) {
        throw new CniException(ErrorCode.UNAVAILABLE, e.getMessage(), e.details(), e);
      }
    }
  }
}
