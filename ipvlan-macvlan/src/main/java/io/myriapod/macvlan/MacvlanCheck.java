package io.myriapod.macvlan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import java.util.Optional;

/** CHECK of the macvlan plugin: the previous result and the config against the kernel. */
final class MacvlanCheck {
  private final Node node;
  private final Parents parents;
  private final Ipam ipam;
  private final LinkAddressing addressing;

  MacvlanCheck(Node node, Parents parents, Ipam ipam, LinkAddressing addressing) {
    this.node = node;
    this.parents = parents;
    this.ipam = ipam;
    this.addressing = addressing;
  }

  /** Returns the link; throws CniException 106 with everything that differs. */
  Link run(PluginRequest request, MacvlanConfig config) {
    CniResult previous =
        request
            .prevResult()
            .orElseThrow(() -> request.config().root().missing("prevResult", "ADD's result"));
    ipam.check(request);
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      String name = request.interfaceName().value();
      Link link =
          pod.links()
              .find(name)
              .orElseThrow(() -> failed("link \"%s\" is not in the pod".formatted(name)));
      Link parent = parents.in(config, host, pod).find(config.parent());
      Findings findings = new Findings("check \"%s\"".formatted(name));
      findings.same(
          "sandbox of prevResult",
          attached(previous, name).sandbox().orElse(""),
          PodNamespace.path(request).toString());
      compare(link, attached(previous, name), findings);
      compare(link, parent, config, findings);
      findings.raise();
      addressing.check(pod, link, previous);
      return link;
    }
  }

  private static Interface attached(CniResult previous, String name) {
    return previous.interfaces().stream()
        .filter(one -> one.name().equals(name) && one.sandbox().isPresent())
        .findFirst()
        .orElseThrow(
            () -> failed("prevResult has no interface \"%s\" in a sandbox".formatted(name)));
  }

  private static void compare(Link link, Interface attached, Findings findings) {
    attached.macAddress().ifPresent(mac -> findings.same("MAC", link.mac(), Optional.of(mac)));
    attached.mtu().filter(mtu -> mtu > 0).ifPresent(mtu -> findings.same("MTU", link.mtu(), mtu));
    findings.so(link.isUp(), "link is down");
  }

  private static void compare(Link link, Link parent, MacvlanConfig config, Findings findings) {
    findings.same("kind", link.kind().orElse("hardware"), MacvlanPlugin.TYPE);
    findings.same("mode", link.macvlanMode(), Optional.of(config.mode()));
    findings.same("parent's index", link.parentIndex(), Optional.of(parent.index()));
    findings.so(parent.isUp(), "parent \"%s\" is down".formatted(parent.name()));
  }

  private static CniException failed(String finding) {
    return new CniException(ErrorCode.CHECK_FAILED, finding, "make the pod anew");
  }
}
