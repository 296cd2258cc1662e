package io.myriapod.base.tuning;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.pod.PodNamespace;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import java.util.List;
import java.util.Optional;

/**
 * CHECK of the tuning plugin: the config against the kernel. A later tuning of the chain may have
 * changed the same setting; then its value is the right one.
 */
final class TuningCheck {
  private final Node node;
  private final Journal journal;

  TuningCheck(Node node, Journal journal) {
    this.node = node;
    this.journal = journal;
  }

  /** Throws CniException 106 with everything that differs. */
  void run(PluginRequest request, TuningConfig config) {
    request.requirePrevResult();
    List<Tuned> done =
        journal
            .ofAttachment(new AttachmentKey(request.container(), request.interfaceName()))
            .stream()
            .flatMap(record -> Tuned.of(record).stream())
            .toList();
    String name = request.interfaceName().value();
    try (NetworkNamespace host = node.openHost();
        NetworkNamespace pod = PodNamespace.open(node, host, request)) {
      Findings findings = new Findings("check \"%s\"".formatted(name));
      if (!config.link().isNothing()) {
        Optional<Link> link = pod.links().find(name);
        findings.so(link.isPresent(), "link \"%s\" is not in the pod".formatted(name));
        link.ifPresent(found -> wanted(config, done, request).compare(found, findings));
      }
      config.sysctls().forEach(one -> compare(one, done, pod.sysctls(), findings));
      findings.raise();
    }
  }

  private static LinkTuning wanted(TuningConfig config, List<Tuned> done, PluginRequest request) {
    LinkTuning last = LinkTuning.nothing();
    for (Tuned one : done) {
      last = one.setLink().over(last);
    }
    LinkTuning mine = config.link();
    LinkTuning latest = toldLast(request).over(last).over(mine);
    return new LinkTuning(
        mine.mac().flatMap(any -> latest.mac()),
        mine.promisc().flatMap(any -> latest.promisc()),
        mine.mtu().flatMap(any -> latest.mtu()),
        mine.allmulti().flatMap(any -> latest.allmulti()),
        mine.txQueueLength().flatMap(any -> latest.txQueueLength()));
  }

  /** MAC and MTU of the final result, which a later plugin may have changed. */
  private static LinkTuning toldLast(PluginRequest request) {
    Optional<Interface> last =
        request.requirePrevResult().interfaces().stream()
            .filter(one -> one.name().equals(request.interfaceName().value()))
            .filter(one -> one.sandbox().isPresent())
            .findFirst();
    return new LinkTuning(
        last.flatMap(Interface::macAddress),
        Optional.empty(),
        last.flatMap(Interface::mtu).filter(mtu -> mtu > 0),
        Optional.empty(),
        Optional.empty());
  }

  private static void compare(
      SysctlSetting setting, List<Tuned> done, Sysctl sysctls, Findings findings) {
    Optional<String> now = PodSysctls.read(sysctls, setting.path());
    Optional<String> shown =
        done.stream()
            .flatMap(one -> Optional.ofNullable(one.setSysctls().get(setting.path())).stream())
            .reduce((first, last) -> last);
    String wanted = shown.orElse(setting.value());
    boolean writeOnly = now.isEmpty() && !done.isEmpty() && shown.isEmpty();
    findings.so(
        writeOnly || now.filter(value -> SysctlValue.same(value, wanted)).isPresent(),
        "sysctl %s is %s: want %s".formatted(setting.path(), now.orElse("absent"), wanted));
  }
}
