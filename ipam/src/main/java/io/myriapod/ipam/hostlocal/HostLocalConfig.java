package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.result.Route;
import io.myriapod.ipam.config.IpamSection;
import io.myriapod.ipam.range.AddressRange;
import io.myriapod.ipam.range.RangeSet;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code host-local} is asked to do. Keys, their order of precedence and the texts of
 * findings: the reference's allocator/config.go.
 *
 * @param sets one address is leased from each; in order
 * @param requested one per set, where the pod asks for a given address
 */
record HostLocalConfig(
    String network,
    Path dataDir,
    List<RangeSet> sets,
    List<Optional<InetAddress>> requested,
    List<Route> routes,
    Optional<Path> resolvConf) {
  private static final Path DEFAULT_DATA_DIR = Path.of("/var/lib/cni/networks");
  private static final int MAX_RANGES = 128;
  private static final String WANTED = "an address such as \"10.1.2.3\" or \"fd00::3\"";

  HostLocalConfig {
    sets = List.copyOf(sets);
    requested = List.copyOf(requested);
    routes = List.copyOf(routes);
  }

  /** Reads and checks everything that can be known without a look at the leases. */
  static HostLocalConfig parse(NetworkConfig network, CniArgs args) {
    IpamSection section = IpamSection.of(network);
    ConfigObject ipam = section.keys();
    List<RangeSet> sets = sets(network, section);
    section.requireFit(
        sets.stream().filter(set -> !set.isV6()).count(),
        sets.stream().filter(RangeSet::isV6).count());
    requireDisjoint(section, sets);
    return new HostLocalConfig(
        section.network(),
        ipam.path("dataDir").orElse(DEFAULT_DATA_DIR),
        sets,
        RequestedAddresses.assign(section, sets, requested(section, args)),
        section.routes(),
        ipam.path("resolvConf"));
  }

  /** Where the leases are, from the two keys that say so alone: enough for DEL and GC. */
  static Path dataDir(NetworkConfig network) {
    return IpamSection.of(network).keys().path("dataDir").orElse(DEFAULT_DATA_DIR);
  }

  /**
   * The ranges, if the configuration alone says them: empty if the runtime may name some for each
   * container, or if they cannot be read.
   */
  static Optional<List<RangeSet>> ownRanges(NetworkConfig network) {
    try {
      boolean ofRuntime =
          network.root().object("capabilities").filter(o -> o.bool("ipRanges", false)).isPresent();
      return ofRuntime ? Optional.empty() : Optional.of(sets(network, IpamSection.of(network)));
    } catch (CniException e) {
      return Optional.empty();
    }
  }

  /** {@code runtimeConfig.ipRanges}, the lone range of old configurations, {@code ranges}. */
  private static List<RangeSet> sets(NetworkConfig network, IpamSection section) {
    List<RangeSet> sets = new ArrayList<>();
    ConfigObject ipam = section.keys();
    addSets(sets, section, network.runtimeConfig(), "runtimeConfig.", "ipRanges");
    if (ipam.prefix("subnet").isPresent()) {
      sets.add(set(section, "ipam.subnet", sets.size(), List.of(ipam)));
    }
    addSets(sets, section, ipam, "ipam.", "ranges");
    if (sets.isEmpty()) {
      throw section.invalid(
          "no IP ranges specified", "give \"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}]]");
    }
    requireFew(section, sets.stream().mapToLong(set -> set.ranges().size()).sum());
    return sets;
  }

  private static void addSets(
      List<RangeSet> sets, IpamSection section, ConfigObject parent, String path, String key) {
    int place = 0;
    for (List<ConfigObject> ranges : parent.objectLists(key)) {
      requireFew(section, sets.size() + ranges.size());
      sets.add(set(section, "%s%s[%d]".formatted(path, key, place++), sets.size(), ranges));
    }
  }

  private static void requireFew(IpamSection section, long ranges) {
    if (ranges > MAX_RANGES) {
      throw section.invalid(
          "%d ranges: at most %d are read".formatted(ranges, MAX_RANGES),
          "join ranges that lie side by side");
    }
  }

  private static RangeSet set(
      IpamSection section, String name, int index, List<ConfigObject> ranges) {
    try {
      return new RangeSet(ranges.stream().map(range -> range(index, range)).toList());
    } catch (IllegalArgumentException e) {
      throw section.invalid(
          "\"%s\": invalid range set %d: %s".formatted(name, index, e.getMessage()),
          "correct \"%s\" in the network configuration".formatted(name));
    }
  }

  private static AddressRange range(int index, ConfigObject range) {
    try {
      return AddressRange.canonical(draft(range));
    } catch (AddressRange.Fault e) {
      throw range.impossible(e.key(), "invalid range set %d: %s".formatted(index, e.getMessage()));
    }
  }

  private static AddressRange.Draft draft(ConfigObject range) {
    IpPrefix subnet =
        range
            .prefix("subnet")
            .orElseThrow(() -> range.missing("subnet", "a network such as \"10.1.2.0/24\""));
    return new AddressRange.Draft(
        subnet, range.address("rangeStart"), range.address("rangeEnd"), range.address("gateway"));
  }

  private static void requireDisjoint(IpamSection section, List<RangeSet> sets) {
    for (int i = 0; i < sets.size(); i++) {
      for (int j = i + 1; j < sets.size(); j++) {
        if (sets.get(i).overlaps(sets.get(j))) {
          throw section.invalid(
              "range set %d overlaps with %d: %s and %s".formatted(i, j, sets.get(i), sets.get(j)),
              "each range set gives one address: keep their ranges apart");
        }
      }
    }
  }

  /** From the environment, {@code args.cni.ips} and {@code runtimeConfig.ips}; a length is cut. */
  private static List<InetAddress> requested(IpamSection section, CniArgs args) {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    args.get("IP")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> addresses.add(addressOfArgs(text)));
    addresses.addAll(section.argsIps(HostLocalConfig::address, WANTED));
    addresses.addAll(section.runtimeIps(HostLocalConfig::address, WANTED));
    return List.copyOf(addresses);
  }

  private static InetAddress addressOfArgs(String text) {
    try {
      return address(text);
    } catch (IllegalArgumentException e) {
      throw CniArgs.invalid("IP", text, WANTED);
    }
  }

  private static InetAddress address(String text) {
    return text.indexOf('/') >= 0 ? IpPrefix.parse(text).address() : IpAddresses.parse(text);
  }
}
