package io.myriapod.base.bridge;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.LinkSpec;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysctl;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bridges of the node: made when first needed, shared by all networks that name them, and never
 * removed, as with the reference plugin. What one bridge is and which addresses it has is settled
 * by one thread at a time.
 */
final class BridgeLink {
  private final Map<InterfaceName, Object> locks = new ConcurrentHashMap<>();

  /** The bridge if it is there. Throws CniException 108 if another kind of link has its name. */
  static Optional<Link> find(NetworkNamespace host, InterfaceName name) {
    Optional<Link> found = host.links().find(name.value());
    found
        .filter(link -> !link.isKind("bridge"))
        .ifPresent(
            link -> {
              throw new CniException(
                  ErrorCode.PARENT_UNUSABLE,
                  "link \"%s\" of the node is of kind \"%s\": want a bridge"
                      .formatted(name, link.kind().orElse("hardware")),
                  "set \"bridge\" to a name that is free or a bridge's");
            });
    return found;
  }

  /** The bridge, up; made if it is not there. */
  Link ensure(NetworkNamespace host, BridgeConfig config) {
    synchronized (lock(config.bridge())) {
      Link bridge = find(host, config.bridge()).orElseGet(() -> create(host, config));
      if (config.promiscuous() && !bridge.isPromiscuous()) {
        host.links().setPromiscuous(bridge, true);
      }
      if (!bridge.isUp()) {
        host.links().setUp(bridge);
      }
      return bridge;
    }
  }

  /** With a MAC of its own: else it would take and change with the least of its ports'. */
  private static Link create(NetworkNamespace host, BridgeConfig config) {
    LinkSpec.Bridge plain = LinkSpec.Bridge.named(config.bridge()).withMac(MacAddress.random());
    LinkSpec.Bridge spec = config.mtu().map(plain::withMtu).orElse(plain);
    try {
      Link made = host.links().create(spec);
      host.sysctls().changeAll(Map.of(Sysctl.ofLink("ipv6", made.name(), "accept_ra"), "0"));
      return made;
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      return find(host, config.bridge()).orElseThrow(() -> e); // another process was faster
    }
  }

  /**
   * Gives the bridge these addresses. Without duplicate address detection: a gateway must answer as
   * soon as the first pod asks.
   */
  void address(NetworkNamespace host, Link bridge, List<IpPrefix> wanted, boolean force) {
    synchronized (lock(new InterfaceName(bridge.name()))) {
      new BridgeAddresses(host, bridge, force).settle(wanted);
    }
  }

  private Object lock(InterfaceName name) {
    return locks.computeIfAbsent(name, ignored -> new Object());
  }
}
