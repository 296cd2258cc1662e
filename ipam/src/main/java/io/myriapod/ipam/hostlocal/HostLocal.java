package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Dns;
import io.myriapod.ipam.lease.HeldLeases;
import io.myriapod.ipam.lease.LeaseDirectories;
import io.myriapod.ipam.lease.LeaseDirectory;
import io.myriapod.ipam.lease.LeaseOwner;
import io.myriapod.ipam.range.RangeSet;
import io.myriapod.types.Quoted;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The IPAM type {@code host-local}: leases addresses of this node's ranges, in the directory and
 * format of the reference's binary.
 */
public final class HostLocal {
  /** What {@code ipam.type} says. */
  public static final String TYPE = "host-local";

  /** libcni's rule for network names; it keeps the name one path component. */
  private static final Pattern NETWORK = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,254}");

  private final LeaseDirectories directories;
  private final Path root;
  private final RecordedAttachments recorded;

  /**
   * @param root what every path of a configuration is below; {@code /} outside tests and demos
   */
  public HostLocal(LeaseDirectories directories, Path root, RecordedAttachments recorded) {
    this.directories = directories;
    this.root = root;
    this.recorded = recorded;
  }

  /**
   * Checks configuration and requested addresses, and that the request's interface holds nothing
   * yet: an ADD that is refused for that later would be undone together with what is held.
   */
  public void validate(PluginRequest request) {
    HostLocalConfig config = HostLocalConfig.parse(request.config(), request.args());
    config.resolvConf().map(this::below).ifPresent(ResolverFile::read);
    directory(config.dataDir(), config.network())
        .holdIfPresent(request.deadline())
        .ifPresent(
            held -> {
              try (HeldLeases leases = held) {
                new Allocation(config, leases, owner(request)).requireNone();
              }
            });
  }

  /** Checks configuration and requested addresses alone. */
  public static void readConfig(PluginRequest request) {
    HostLocalConfig.parse(request.config(), request.args());
  }

  /**
   * Leases one address per range set, all or none.
   *
   * @throws CniException 7 for the configuration, 101 exhausted, 102 a requested address is taken
   */
  public CniResult allocate(PluginRequest request) {
    HostLocalConfig config = HostLocalConfig.parse(request.config(), request.args());
    Dns dns = config.resolvConf().map(this::below).map(ResolverFile::read).orElse(Dns.empty());
    LeaseDirectory directory = directory(config.dataDir(), config.network());
    try (HeldLeases leases = directory.hold(request.deadline())) {
      List<Address> addresses = new Allocation(config, leases, owner(request)).run();
      return new CniResult(List.of(), addresses, config.routes(), dns);
    }
  }

  /** Frees every address of the request's container and interface; none is no error. */
  public void release(PluginRequest request) {
    release(
        HostLocalConfig.dataDir(request.config()),
        request.config().name(),
        owner(request),
        request.deadline());
  }

  /** The same by what a journal has noted. */
  public void release(Path dataDir, String network, LeaseOwner owner, Deadline deadline) {
    directory(dataDir, network)
        .holdIfPresent(deadline)
        .ifPresent(
            held -> {
              try (HeldLeases leases = held) {
                leases.free(owner);
              }
            });
  }

  /** The directory, as configured, that the request's leases would be in. */
  public Path dataDir(NetworkConfig config) {
    return HostLocalConfig.dataDir(config);
  }

  /** Every address of the previous result that comes from these ranges is leased to its owner. */
  public void check(PluginRequest request) {
    HostLocalConfig config = HostLocalConfig.parse(request.config(), CniArgs.empty());
    LeaseOwner owner = owner(request);
    List<Address> addresses = request.prevResult().map(CniResult::addresses).orElse(List.of());
    Set<InetAddress> leased = new HashSet<>();
    Map<InetAddress, String> holders = new HashMap<>();
    directory(config.dataDir(), config.network())
        .holdIfPresent(request.deadline())
        .ifPresent(
            held -> {
              try (HeldLeases leases = held) {
                leased.addAll(leases.claimsAfterScanOf(owner));
                addresses.forEach(each -> noteHolder(each.address().address(), leases, holders));
              }
            });
    new LeaseCheck(config, owner, leased, holders).require(addresses);
  }

  private static void noteHolder(
      InetAddress address, HeldLeases leases, Map<InetAddress, String> holders) {
    leases
        .find(address)
        .ifPresent(lease -> holders.put(address, lease.holder().orElse("nobody known")));
  }

  /**
   * Frees the leases of this network whose attachment is neither valid nor recorded. Another
   * network of the same name shares the directory, so only addresses of this one's ranges are
   * looked at; of a configuration whose ranges the runtime names, all.
   */
  public void gc(GcRequest request) {
    NetworkConfig config = request.config();
    LeaseHolders holders = new LeaseHolders(config.name(), request.valid(), recorded);
    Predicate<InetAddress> own = pool(config);
    directory(HostLocalConfig.dataDir(config), config.name())
        .holdIfPresent(request.deadline())
        .ifPresent(
            held -> {
              try (HeldLeases leases = held) {
                leases.freeWhere(
                    (address, holder) -> own.test(address) && !holders.contain(holder));
              }
            });
  }

  /** Whether one of the result's addresses is of this configuration's ranges, or it has none. */
  public boolean mayHaveGiven(NetworkConfig config, CniResult result) {
    Predicate<InetAddress> own = pool(config);
    return result.addresses().isEmpty()
        || result.addresses().stream().anyMatch(each -> own.test(each.address().address()));
  }

  private static Predicate<InetAddress> pool(NetworkConfig config) {
    Optional<List<RangeSet>> sets = HostLocalConfig.ownRanges(config);
    return address -> sets.isEmpty() || sets.get().stream().anyMatch(set -> set.contains(address));
  }

  /**
   * Says whether an ADD could be served.
   *
   * @throws CniException 50 naming the first range set that is full
   */
  public void status(StatusRequest request) {
    HostLocalConfig config = HostLocalConfig.parse(request.config(), CniArgs.empty());
    directory(config.dataDir(), config.network())
        .holdIfPresent(request.deadline())
        .ifPresent(
            held -> {
              try (HeldLeases leases = held) {
                requireRoom(config, leases);
              }
            });
  }

  private static void requireRoom(HostLocalConfig config, HeldLeases leases) {
    for (int index = 0; index < config.sets().size(); index++) {
      if (leases.isFull(config.sets().get(index))) {
        throw new PoolErrors(config, leases).exhausted(index, ErrorCode.UNAVAILABLE);
      }
    }
  }

  private LeaseDirectory directory(Path dataDir, String network) {
    if (!NETWORK.matcher(network).matches()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "network name %s: want a letter or digit, then letters, digits, \"_\", \".\", \"-\""
              .formatted(Quoted.shortened(network)),
          "host-local keeps the leases of a network in a directory of its name");
    }
    return directories.at(below(dataDir).resolve(network));
  }

  private Path below(Path path) {
    return root.resolve(Path.of("/").relativize(path.normalize()));
  }

  private static LeaseOwner owner(PluginRequest request) {
    return new LeaseOwner(request.container(), request.interfaceName());
  }
}
