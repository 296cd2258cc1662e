package io.myriapod.agent.inspection;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What can be said of configurations for executables of the node, which only they can read. */
final class ExecutedPlugins {
  /** Reference plugins that are not built in, with the keys that they read: plugins 1.9.1. */
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "portmap",
          Set.of(
              "snat",
              "masqall",
              "markmasqbit",
              "externalsetmarkchain",
              "conditionsv4",
              "conditionsv6",
              "backend"),
          "firewall",
          Set.of("backend", "iptablesadminchainname", "firewalldzone", "ingresspolicy"),
          "dummy",
          Set.of("ipam"),
          "vrf",
          Set.of("vrfname", "table"),
          "tap",
          Set.of(
              "multiqueue",
              "mtu",
              "mac",
              "owner",
              "group",
              "selinuxcontext",
              "bridge",
              "ipam",
              "promiscmode"));

  /** Others of which there are executables. */
  private static final Set<String> KNOWN =
      Set.of(
          "dhcp",
          "whereabouts",
          "ovs",
          "ib-sriov",
          "ib-sriov-cni",
          "rdma",
          "calico",
          "calico-ipam",
          "cilium-cni",
          "flannel",
          "aws-cni",
          "azure-vnet",
          "ovn-k8s-cni-overlay",
          "kube-ovn",
          "bond",
          "cnv-bridge",
          "cnv-tuning",
          "route-override",
          "userspace",
          "accelerated-bridge",
          "weave-net",
          "antrea",
          "istio-cni",
          "linkerd-cni");

  private static final String IPAM = "ipam";

  private ExecutedPlugins() {}

  static List<Remark> remarks(NetworkConfig config) {
    String type = config.type();
    List<Remark> remarks = new ArrayList<>();
    if (isUnknown(type)) {
      remarks.add(unknown("plugin", type, "type"));
    }
    Set<String> keys = KEYS.getOrDefault(type, Set.of());
    config
        .json()
        .fieldNames()
        .forEachRemaining(
            key -> {
              String name = key.toLowerCase(Locale.ROOT);
              if (!keys.isEmpty()
                  && !keys.contains(name)
                  && !UnusedKeys.isCommon(name)
                  && !name.equals(IPAM)) {
                remarks.add(
                    Remark.warning(
                        "%s: key %s has no effect: \"%s\" of the reference plugins has no such key"
                            .formatted(config, Quoted.shortened(key), type),
                        "correct or remove it",
                        key));
              }
            });
    return remarks;
  }

  /** Of an address management that is executed. */
  static List<Remark> ofIpam(NetworkConfig config) {
    String type = config.ipam().flatMap(ipam -> ipam.string("type")).orElse("");
    boolean fine = type.isEmpty() || PluginReaders.types().contains(type) || !isUnknown(type);
    return fine ? List.of() : List.of(unknown("IPAM plugin", type, "ipam.type"));
  }

  private static Remark unknown(String what, String type, String key) {
    return Remark.warning(
        "%s %s is neither built in nor a well-known executable"
            .formatted(what, Quoted.shortened(type)),
        "the nodes need an executable of that name in \"binDir\" or CNI_PATH; built in are "
            + String.join(", ", PluginReaders.types().stream().sorted().toList()),
        key);
  }

  private static boolean isUnknown(String type) {
    return !KEYS.containsKey(type)
        && !KNOWN.contains(type)
        && !PluginReaders.types().contains(type);
  }
}
