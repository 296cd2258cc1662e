package io.myriapod.base.loopback;

import io.myriapod.cni.error.Findings;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** CHECK of the loopback plugin: {@code lo} is up and has what the result says that it has. */
final class LoopbackCheck {
  private LoopbackCheck() {}

  /** Throws CniException 106 with everything that differs. */
  static void run(NetworkNamespace pod, PluginRequest request) {
    Findings findings = new Findings("check \"lo\"");
    Optional<Link> link = pod.links().find(LoopbackPlugin.LINK);
    findings.so(link.isPresent(), "it is not in the pod");
    link.ifPresent(
        lo -> {
          findings.so(lo.isUp(), "it is down");
          List<IpPrefix> present =
              pod.addresses().list(lo.index()).stream().map(one -> one.prefix()).toList();
          request.prevResult().stream()
              .flatMap(LoopbackCheck::ofLo)
              .filter(wanted -> !present.contains(wanted))
              .forEach(wanted -> findings.add("address %s is missing".formatted(wanted)));
        });
    findings.raise();
  }

  private static Stream<IpPrefix> ofLo(CniResult result) {
    return result.addresses().stream()
        .filter(
            one ->
                one.interfaceIndex()
                    .map(result.interfaces()::get)
                    .filter(on -> on.name().equals(LoopbackPlugin.LINK) && on.sandbox().isPresent())
                    .isPresent())
        .map(Address::address);
  }
}
