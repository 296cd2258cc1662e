package io.myriapod.base.veth;

import io.myriapod.cni.error.Findings;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.IpPrefix;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The node as router for pods. Once on, it stays on, as with the reference plugins. */
public final class Forwarding {
  private Forwarding() {}

  /** Switches it on for the families of these addresses. */
  public static void enable(NetworkNamespace host, Collection<IpPrefix> addresses) {
    host.sysctls().changeAll(sysctls(addresses));
  }

  /** Adds a finding for each family of these addresses that is not forwarded. */
  public static void check(
      NetworkNamespace host, Collection<IpPrefix> addresses, Findings findings) {
    sysctls(addresses)
        .forEach(
            (key, value) -> findings.same(key, host.sysctls().read(key).orElse("absent"), value));
  }

  private static Map<String, String> sysctls(Collection<IpPrefix> addresses) {
    Map<String, String> sysctls = new LinkedHashMap<>();
    for (IpPrefix address : addresses) {
      sysctls.put(address.isV6() ? "net/ipv6/conf/all/forwarding" : "net/ipv4/ip_forward", "1");
    }
    return sysctls;
  }
}
