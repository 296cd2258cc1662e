package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.config.DevicePluginSettings;
import io.myriapod.agent.devices.DevicePicture.Source;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.deviceplugin.DevicePlugin;
import io.myriapod.deviceplugin.PoolFiles;
import io.myriapod.deviceplugin.Signal;
import io.myriapod.deviceplugin.config.PoolConfig;
import io.myriapod.deviceplugin.container.CdiSpecs;
import io.myriapod.deviceplugin.container.DeviceInformation;
import io.myriapod.deviceplugin.container.Grants;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.kubelet.KubeletFolder;
import io.myriapod.deviceplugin.kubelet.KubeletFront;
import io.myriapod.deviceplugin.kubelet.KubeletSettings;
import io.myriapod.deviceplugin.kubelet.Timing;
import io.myriapod.deviceplugin.pool.ContainerAllocation;
import io.myriapod.deviceplugin.pool.DevicePools;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.deviceplugin.pool.GroupHealth;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.deviceplugin.pool.JournalHoldings;
import io.myriapod.deviceplugin.pool.Selection;
import io.myriapod.journal.Journal;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import io.myriapod.linux.Node;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.vfio.Lending;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Offers devices of the node to the kubelet, if the configuration says so. Made with the agent and
 * started after it: nothing of gRPC is loaded before.
 */
public final class DeviceService implements AutoCloseable {
  private static final Duration LONGEST_SETTLING = Duration.ofSeconds(1);

  /** How long a pod waits for an agent that has just started. */
  private static final Duration STARTING = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 50;

  private final Node node;
  private final Journal journal;
  private final Places places;
  private final AgentPaths paths;
  private final Optional<DevicePluginSettings> settings;
  private final Supplier<Lending> lending;
  private final DeviceMetrics metrics;
  private final CountDownLatch started = new CountDownLatch(1);
  private volatile Optional<Running> running = Optional.empty();

  private record Running(DevicePlugin plugin, ConfiguredPools source) {}

  /**
   * @param lending asked when it starts
   */
  public DeviceService(
      Node node,
      Journal journal,
      Places places,
      AgentPaths paths,
      Optional<DevicePluginSettings> settings,
      Supplier<Lending> lending,
      AgentMetrics metrics) {
    this.node = node;
    this.journal = journal;
    this.places = places;
    this.paths = paths;
    this.settings = settings;
    this.lending = lending;
    this.metrics = new DeviceMetrics(metrics, this);
  }

  /** Begins to offer devices; nothing without a configuration. */
  public synchronized void start(KubeletSockets sockets) {
    if (settings.isPresent() && running.isEmpty()) {
      DevicePlugin plugin = plugin(settings.get(), sockets);
      ConfiguredPools source = new ConfiguredPools(paths, settings.get(), plugin::configure);
      plugin.start(source.first());
      source.watch();
      running = Optional.of(new Running(plugin, source));
      started.countDown();
    }
  }

  private DevicePlugin plugin(DevicePluginSettings wanted, KubeletSockets sockets) {
    Sysfs sysfs = new Sysfs(places.sys());
    Grants grants = new Grants(sysfs, places.devices());
    Optional<CdiSpecs> cdi =
        Optional.of(new CdiSpecs(paths.onNode(CdiSpecs.FOLDER), grants))
            .filter(specs -> wanted.useCdi());
    DeviceInformation information =
        new DeviceInformation(sysfs, new DeviceInfoFiles(paths.onNode(DeviceInfoFiles.FOLDER)));
    DevicePools pools =
        new DevicePools(
            Discovery.of(node, sysfs),
            new DeviceTraits(sysfs, new DdpProfiles(node)::of),
            this::holdings,
            GroupHealth.in(sysfs)::ailing,
            new ContainerAllocation(sysfs, lending.get(), grants, cdi, information));
    KubeletSettings kubelet =
        new KubeletSettings(
            new KubeletFolder(paths.kubelet()), wanted.registration(), Timing.USUAL);
    return new DevicePlugin(
        node,
        pools,
        new KubeletFront(sockets, kubelet, metrics),
        new PoolFiles(cdi, information),
        new Signal(wanted.settle(), LONGEST_SETTLING));
  }

  /** What runs; absent before the start and without a configuration. */
  public Optional<DevicePlugin> plugin() {
    return running.map(Running::plugin);
  }

  /** Whether devices are offered, so that the kubelet may have given some to containers. */
  public boolean isConfigured() {
    return settings.isPresent();
  }

  /**
   * All devices of our pools by resource. The kubelet tells of healthy ones alone, and a network
   * must not name those that are ill either.
   *
   * @throws ClusterException while devices are to be offered and nobody knows yet which
   */
  public Map<String, Set<DeviceId>> pools() {
    if (isConfigured() && knownPools().isEmpty()) {
      throw new ClusterException("the agent does not know yet which devices it offers");
    }
    return plugin().stream()
        .flatMap(one -> one.pools().inventory().entries().stream())
        .filter(entry -> entry.resource().isPresent())
        .collect(
            Collectors.groupingBy(
                entry -> entry.resource().orElseThrow().toString(),
                Collectors.mapping(entry -> entry.device().id(), Collectors.toSet())));
  }

  /** Whether a pool of ours gives its devices a driver, or may do so for all that is known yet. */
  public boolean mayGiveDrivers() {
    return isConfigured()
        && knownPools()
            .map(known -> known.selection().pools())
            .map(all -> all.stream().anyMatch(pool -> pool.driver().isPresent()))
            .orElse(true);
  }

  /**
   * The pool of ours that has the device, if it gives it a driver. Waits until the pools are known:
   * the kubelet may have got it from a former life of the agent.
   *
   * @throws CniException 11 if they are not known in time
   */
  public Optional<PoolConfig> poolWithDriver(DeviceId device, Deadline deadline) {
    if (!isConfigured()) {
      return Optional.empty();
    }
    return awaitPools(deadline)
        .orElseThrow(() -> unknown(device))
        .inventory()
        .find(device)
        .flatMap(Entry::claim)
        .map(Selection.Claim::pool)
        .filter(pool -> pool.driver().isPresent());
  }

  private Optional<DevicePools> knownPools() {
    return plugin().map(DevicePlugin::pools).filter(DevicePools::isSeen);
  }

  private Optional<DevicePools> awaitPools(Deadline deadline) {
    Deadline longest = Deadline.in(STARTING);
    try {
      while (!started.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (deadline.passed() || longest.passed()) {
          return Optional.empty();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return knownPools();
  }

  private static CniException unknown(DeviceId device) {
    return new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "look for the pool of device %s: the agent does not know its pools yet".formatted(device),
        "the pod is tried again; the agent's log says what keeps it from looking at devices");
  }

  /**
   * What the kubelet was told of devices, and why.
   *
   * @throws CniException 11 before it has begun, 113 if there is no such pool or device
   */
  public ObjectNode answer(DeviceRequest request) {
    return request.on(plugin().map(this::picture).orElseGet(this::withoutPools));
  }

  /** How many devices each pool has, and what the kubelet knows of it; empty before the start. */
  public ArrayNode poolsAtAGlance() {
    return plugin()
        .map(running -> new PoolsAnswer(picture(running)).summaries())
        .orElseGet(JsonNodeFactory.instance::arrayNode);
  }

  private DevicePicture picture(DevicePlugin plugin) {
    return new DevicePicture(
        Source.AGENT,
        plugin.pools().selection(),
        plugin.pools().inventory(),
        Optional.of(plugin.registrations()),
        new Sysfs(places.sys()));
  }

  private DevicePicture withoutPools() {
    if (isConfigured()) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "look at the devices: the agent has not begun to offer them",
          "try again; if it stays so, the agent's log says why");
    }
    return PictureReader.ofNode(Source.AGENT, node, new Sysfs(places.sys()), List.of(), holdings());
  }

  private Holdings holdings() {
    return JournalHoldings.of(journal.all(), journal.devices().all(), node.bootId());
  }

  /** Who has a device may have changed. */
  public void stir() {
    plugin().ifPresent(DevicePlugin::stir);
  }

  @Override
  public synchronized void close() {
    running.ifPresent(
        one -> {
          one.source().close();
          one.plugin().close();
        });
  }
}
