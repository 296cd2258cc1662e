package io.myriapod.base.sbr;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NodeOwnKeys;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.IpAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys of an sbr config, as the reference plugin reads them.
 *
 * @param table the one that all addresses get, and whose routes are somebody else's; empty: each
 *     address gets a free one, with the interface's routes
 * @param gateways of the default routes, at most one of each family; over those of the addresses
 * @param sourceHints the interface's subnets stay in the main table, with the address to be used
 */
record SbrConfig(Optional<Integer> table, List<InetAddress> gateways, boolean sourceHints) {
  private static final String TABLE = "table";
  private static final String GATEWAYS = "gateways";
  private static final String SOURCE_HINTS = "addSourceHints";

  /** RT_TABLE_DEFAULT to RT_TABLE_LOCAL: the kernel's own. */
  private static final int DEFAULT_TABLE = 253;

  private static final int LOCAL_TABLE = 255;

  SbrConfig {
    gateways = List.copyOf(gateways);
  }

  /** Reads all keys and touches nothing. Throws CniException 7 that names key, value, allowed. */
  static SbrConfig parse(PluginRequest request) {
    ConfigObject root = request.config().root();
    NodeOwnKeys.requireNone(request.config());
    SbrConfig config = new SbrConfig(table(root), gateways(root), root.bool(SOURCE_HINTS, false));
    config.table.ifPresent(
        number -> {
          String alone = "none, beside \"table\": %d: its routes are yours".formatted(number);
          if (!config.gateways.isEmpty()) {
            throw root.invalid(GATEWAYS, shown(config.gateways), alone);
          }
          if (config.sourceHints) {
            throw root.invalid(SOURCE_HINTS, "true", alone);
          }
        });
    return config;
  }

  private static Optional<Integer> table(ConfigObject root) {
    Optional<Integer> table = root.integer(TABLE, 1, Integer.MAX_VALUE);
    if (table.filter(SbrConfig::isKernels).isPresent()) {
      throw root.invalid(
          TABLE, table.get().toString(), "any but 253 to 255, which are the kernel's own");
    }
    return table;
  }

  /** Whether rules for that table are none of ours. */
  static boolean isKernels(int table) {
    return table == 0 || (table >= DEFAULT_TABLE && table <= LOCAL_TABLE);
  }

  private static List<InetAddress> gateways(ConfigObject root) {
    List<InetAddress> gateways = new ArrayList<>();
    for (String text : root.strings(GATEWAYS)) {
      InetAddress gateway = address(root, text);
      if (of(gateways, IpAddresses.isV6(gateway)).isPresent()) {
        throw root.invalid(GATEWAYS, text, "one address of each family at most");
      }
      gateways.add(gateway);
    }
    return gateways;
  }

  private static InetAddress address(ConfigObject root, String text) {
    try {
      return IpAddresses.parse(text);
    } catch (IllegalArgumentException e) {
      throw root.invalid(GATEWAYS, text, "addresses such as \"10.1.2.1\" or \"fd00::1\"");
    }
  }

  private static Optional<InetAddress> of(List<InetAddress> gateways, boolean v6) {
    return gateways.stream().filter(one -> IpAddresses.isV6(one) == v6).findFirst();
  }

  /** The gateway that the config has for that family. */
  Optional<InetAddress> gateway(boolean v6) {
    return of(gateways, v6);
  }

  private static String shown(List<InetAddress> gateways) {
    return String.join(", ", gateways.stream().map(IpAddresses::format).toList());
  }

  /**
   * The addresses that {@code prevResult} has on the request's interface; those that name no
   * interface count.
   *
   * @throws io.myriapod.cni.error.CniException 7 if there is none
   */
  static List<Address> addresses(PluginRequest request, CniResult previous) {
    String name = request.interfaceName().value();
    List<Address> addresses =
        previous.addresses().stream().filter(one -> isOn(one, name, previous)).toList();
    if (addresses.isEmpty()) {
      throw request
          .config()
          .root()
          .missing(
              "prevResult.ips", "an address on \"%s\", whose source is routed".formatted(name));
    }
    return addresses;
  }

  /** Whether the result has the address on the interface of that name, or on none. */
  static boolean isOn(Address address, String name, CniResult result) {
    return address
        .interfaceIndex()
        .map(index -> result.interfaces().get(index).name().equals(name))
        .orElse(true);
  }
}
