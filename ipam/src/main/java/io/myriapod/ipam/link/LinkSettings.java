package io.myriapod.ipam.link;

import io.myriapod.linux.sys.Sysctl;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kernel's settings of a link that must be right before it comes up. */
final class LinkSettings {
  private static final String V4 = "ipv4";
  private static final String V6 = "ipv6";

  private LinkSettings() {}

  /** Those that the plan and the policy need; what the kernel does not have is left out. */
  static void apply(Sysctl sysctls, LinkPlan plan, DadPolicy dad) {
    String name = plan.link().name();
    Map<String, String> values = new LinkedHashMap<>();
    if (plan.hasV4()) {
      values.put(Sysctl.ofLink(V4, name, "arp_notify"), "1");
    }
    if (plan.hasV6()) {
      values.put(Sysctl.ofLink(V6, "lo", "disable_ipv6"), "0");
      values.put(Sysctl.ofLink(V6, name, "disable_ipv6"), "0");
      values.put(Sysctl.ofLink(V6, name, "keep_addr_on_down"), "1");
      values.put(Sysctl.ofLink(V6, name, "ndisc_notify"), "1");
      if (dad == DadPolicy.OPTIMISTIC) {
        values.put(Sysctl.ofLink(V6, name, "optimistic_dad"), "1");
        values.put(Sysctl.ofLink(V6, name, "use_optimistic"), "1");
      }
      if (dad == DadPolicy.NONE) {
        values.put(Sysctl.ofLink(V6, name, "accept_dad"), "0");
      }
    }
    if (!values.isEmpty()) {
      sysctls.changeAll(values);
    }
  }

  /** Whether the kernel was built with optimistic detection (CONFIG_IPV6_OPTIMISTIC_DAD). */
  static boolean knowsOptimistic(Sysctl sysctls) {
    return sysctls.read(Sysctl.ofLink(V6, "all", "optimistic_dad")).isPresent();
  }
}
