package io.myriapod.ipam;

import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.ipam.fixed.StaticAddresses;
import io.myriapod.ipam.hostlocal.HostLocal;
import io.myriapod.ipam.hostlocal.RecordedAttachments;
import io.myriapod.ipam.lease.LeaseDirectories;
import io.myriapod.ipam.lease.LeaseOwner;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Address management as a plugin sees it: dispatches on {@code ipam.type}. {@code host-local} and
 * {@code static} run in this process; every other type is a foreign plugin's. A configuration
 * without {@code ipam} (or with an empty type) is one for layer 2 alone: no addresses, nothing to
 * free.
 */
public final class Ipam {
  private static final Duration UNDO = Duration.ofSeconds(15);

  private final HostLocal hostLocal;
  private final StaticAddresses fixed = new StaticAddresses();
  private final DelegatedIpam foreign;
  private final AllocationListener listener;

  /**
   * Makes the one instance of a process.
   *
   * @param root what the paths of configurations ({@code dataDir}, {@code resolvConf}) are below
   */
  public Ipam(Path root, DelegatedIpam foreign) {
    this(root, foreign, RecordedAttachments.NONE, AllocationListener.NONE);
  }

  /**
   * The same beside somebody who keeps records.
   *
   * @param recorded whose leases are not for GC to free
   * @param listener told of each allocation
   */
  public Ipam(
      Path root, DelegatedIpam foreign, RecordedAttachments recorded, AllocationListener listener) {
    this.hostLocal = new HostLocal(LeaseDirectories.ofKernel(), root, recorded);
    this.foreign = foreign;
    this.listener = listener;
  }

  /**
   * Checks configuration, requested addresses and the resolver settings beside {@code ipam}, which
   * rule over its own; touches nothing.
   */
  public void validate(PluginRequest request) {
    request.config().dns();
    switch (kind(request.config())) {
      case NONE -> {
        // layer 2 only
      }
      case HOST_LOCAL -> hostLocal.validate(request);
      case STATIC -> fixed.validate(request);
      case FOREIGN -> {
        request.config().ipam().ifPresent(ConfigObject::leaveToOthers);
        foreign.validate(request);
      }
    }
  }

  /** As {@link io.myriapod.cni.plugin.ConfigReader#read}, of {@code ipam} and {@code dns}. */
  public static void readConfig(PluginRequest request) {
    request.config().dns();
    switch (kind(request.config())) {
      case NONE -> {
        // layer 2 only
      }
      case HOST_LOCAL -> HostLocal.readConfig(request);
      case STATIC -> new StaticAddresses().validate(request);
      case FOREIGN -> request.config().ipam().ifPresent(ConfigObject::leaveToOthers);
    }
  }

  /** Addresses, routes and resolver settings for the request's interface; no interfaces. */
  public CniResult allocate(PluginRequest request) {
    Kind kind = kind(request.config());
    return kind == Kind.NONE
        ? CniResult.empty()
        : listener.during(request.config().name(), () -> allocate(kind, request));
  }

  private CniResult allocate(Kind kind, PluginRequest request) {
    return switch (kind) {
      case NONE -> CniResult.empty();
      case HOST_LOCAL -> hostLocal.allocate(request);
      case STATIC -> fixed.allocate(request);
      case FOREIGN -> foreign.allocate(request);
    };
  }

  /**
   * As {@link #allocate} for a plugin that makes a link.
   *
   * @param announce is told of the lease, if there is going to be one, before it is taken
   * @throws CniException 7 if the {@code ipam} that the configuration names gave no address
   */
  public CniResult allocateForLink(PluginRequest request, Consumer<LeaseRef> announce) {
    request.deadline().require("allocate addresses for \"%s\"".formatted(request.interfaceName()));
    leaseOf(request).ifPresent(announce);
    CniResult leased = allocate(request);
    String type = request.config().ipam().flatMap(one -> one.string("type")).orElse("");
    if (leased.addresses().isEmpty() && !type.isEmpty()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "IPAM plugin \"%s\" gave no address for \"%s\"".formatted(type, request.interfaceName()),
          "give it a range or addresses, or remove \"ipam\" for layer 2 alone");
    }
    return leased;
  }

  /** Gives everything back that the request's interface holds; nothing is no error. */
  public void release(PluginRequest request) {
    switch (kind(request.config())) {
      case NONE, STATIC -> {
        // holds nothing
      }
      case HOST_LOCAL -> hostLocal.release(request);
      case FOREIGN -> foreign.release(request);
    }
  }

  /** Where {@link #allocate} would lease, to be noted before it is called. */
  public Optional<LeaseRef> leaseOf(PluginRequest request) {
    return kind(request.config()) == Kind.HOST_LOCAL
        ? Optional.of(new LeaseRef(hostLocal.dataDir(request.config()), request.config().name()))
        : Optional.empty();
  }

  /** Frees by what was noted of {@link #leaseOf}; needs no configuration. */
  public void releaseLease(
      Path dataDir,
      String network,
      ContainerId container,
      InterfaceName interfaceName,
      Deadline deadline) {
    hostLocal.release(dataDir, network, new LeaseOwner(container, interfaceName), deadline);
  }

  /** The same within a time that suits an undo. */
  public void releaseLease(
      Path dataDir, String network, ContainerId container, InterfaceName interfaceName) {
    releaseLease(dataDir, network, container, interfaceName, Deadline.in(UNDO));
  }

  /** Compares what is leased with the previous result. */
  public void check(PluginRequest request) {
    switch (kind(request.config())) {
      case NONE -> {
        // layer 2 only
      }
      case HOST_LOCAL -> hostLocal.check(request);
      case STATIC -> fixed.check(request);
      case FOREIGN -> foreign.check(request);
    }
  }

  /** Frees what belongs to no valid attachment of the network. */
  public void gc(GcRequest request) {
    switch (kind(request.config())) {
      case NONE, STATIC -> {
        // holds nothing
      }
      case HOST_LOCAL -> hostLocal.gc(request);
      case FOREIGN -> foreign.gc(request);
    }
  }

  /**
   * Whether what this result holds may have been given under this configuration: two networks of
   * one name are told apart by their ranges. Where nobody knows the ranges, it may.
   */
  public boolean mayHaveGiven(NetworkConfig config, CniResult result) {
    return kind(config) != Kind.HOST_LOCAL || hostLocal.mayHaveGiven(config, result);
  }

  /** Whether an ADD could be served; code 50 with what is full, absent or silent. */
  public void status(StatusRequest request) {
    switch (kind(request.config())) {
      case NONE -> {
        // layer 2 only
      }
      case HOST_LOCAL -> hostLocal.status(request);
      case STATIC -> fixed.status(request);
      case FOREIGN -> foreign.status(request);
    }
  }

  private static Kind kind(NetworkConfig config) {
    Optional<ConfigObject> ipam = config.ipam();
    String type = ipam.flatMap(section -> section.string("type")).orElse("");
    if (type.isEmpty()) {
      return Kind.NONE;
    }
    // "builtin": false sends a built-in type to the node's own binary
    boolean builtIn = ipam.map(section -> section.bool("builtin", true)).orElse(true);
    return switch (builtIn ? type : "") {
      case HostLocal.TYPE -> Kind.HOST_LOCAL;
      case StaticAddresses.TYPE -> Kind.STATIC;
      default -> Kind.FOREIGN;
    };
  }

  private enum Kind {
    /** Layer 2 alone. */
    NONE,
    HOST_LOCAL,
    STATIC,
    FOREIGN
  }
}
