package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.config.HotPlugSettings;
import io.myriapod.agent.devices.BorrowedFunctions;
import io.myriapod.agent.devices.DeviceService;
import io.myriapod.agent.devices.TrafficMetrics;
import io.myriapod.agent.flight.Comparison;
import io.myriapod.agent.flight.FlightLog;
import io.myriapod.agent.flight.FlightRecorder;
import io.myriapod.agent.flight.Stage;
import io.myriapod.agent.functions.ConfiguredFunctions;
import io.myriapod.agent.functions.FunctionService;
import io.myriapod.agent.health.Health;
import io.myriapod.agent.launch.InnerCalls;
import io.myriapod.agent.launch.MarkingLauncher;
import io.myriapod.agent.launch.NodeProcess;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.agent.metrics.ProcessMetrics;
import io.myriapod.agent.migrate.Migration;
import io.myriapod.agent.missed.MissedAttachments;
import io.myriapod.agent.sandbox.KernelPodLinks;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.spool.Spool;
import io.myriapod.agent.status.LastFailures;
import io.myriapod.agent.status.NodeGlance;
import io.myriapod.agent.topology.TopologyReader;
import io.myriapod.agent.undo.ForeignIpamJournal;
import io.myriapod.agent.undo.ForeignUndo;
import io.myriapod.agent.undo.LeaseUndo;
import io.myriapod.agent.undo.LinkUndo;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.linux.Node;
import io.myriapod.linux.lock.FileLock;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.BootId;
import io.myriapod.linux.sys.BootTime;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.multus.MultusPlugin;
import io.myriapod.multus.attach.Adoption;
import io.myriapod.multus.attach.DeviceInfo;
import io.myriapod.multus.attach.PodUndo;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.FunctionHolders;
import io.myriapod.vfio.given.FunctionTurn;
import io.myriapod.vfio.use.DeviceUse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Every part of the agent, made once and handed to those that use it. The only place that does. */
final class Wiring implements AutoCloseable {
  private static final Duration FOR_A_TURN = Duration.ofSeconds(30);

  final Journal journal;
  final AgentMetrics metrics = new AgentMetrics();
  final Health health = new Health();
  final FlightRecorder recorder = new FlightRecorder();
  final FlightLog flights;
  final LastFailures failures;
  final StartGate gate = new StartGate();
  final Spool spool;
  final Operations operations;
  final Leftovers leftovers;
  final Sweeper sweeper;
  final MissedAttachments missed;
  final Builtins builtins;
  final FunctionService functions;
  final DeviceService offered;
  final StatusService status;
  final Migration migration;
  final TopologyReader topology;
  final KubeletLink kubelet;
  final Optional<HotPlugging> hotPlugging;
  final Optional<DelegateApi> delegateApi;

  private final Node node;
  private final NamespaceCheck namespaces;
  private final Launcher launcher;
  final ConfiguredCluster configured;
  private final Cluster cluster;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Undo undo;
  private final VirtualFunctions virtual;
  private final Lock devices = new ReentrantLock();
  private final Places places = KernelTrees.places();

  Wiring(AgentPaths paths, AgentConfig config, Path shim) {
    this.node = new Node(NodeProcess.root(), Optional.empty(), PretendedBoot.idOr(BootId.read()));
    this.namespaces = new NamespaceCheck(node);
    this.journal =
        Journal.open(
            paths.journal(), node.bootId(), file -> FileLock.exclusive(file)::close, phases());
    this.flights = new FlightLog(paths.flights());
    this.failures = new LastFailures(flights);
    InnerCalls innerCalls = new InnerCalls();
    this.launcher = new MarkingLauncher(NodeProcess.launcher(shim), innerCalls);
    this.spool = new Spool(paths.spool());
    this.configured = new ConfiguredCluster(paths, config, recorder, metrics);
    this.cluster = configured.observed();
    this.kubelet = new KubeletLink(paths.kubelet());
    this.ipam = ipam(paths);
    this.addressing = new LinkAddressing(new AddressConflicts(journal, cluster, metrics));
    this.virtual = new VirtualFunctions(node, journal, places, devices);
    this.offered =
        new DeviceService(
            node, journal, places, paths, config.devicePlugin(), virtual::lending, metrics);
    this.functions = new FunctionService(virtual, new ConfiguredFunctions(paths.config()));
    this.builtins =
        new Builtins(
            node, journal, ipam, addressing, paths.root(), devices, this::undoIfDead, places);
    this.undo = new Undo(journal, handlers());
    ContainerLanes lanes = new ContainerLanes(config.width(), config.queueLength());
    PluginRegistry registry = new PluginRegistry(builtins.plugins(), launcher);
    MultusPorts ports = ports(paths, registry);
    this.operations = operations(lanes, callees(registry, ports), innerCalls);
    this.hotPlugging = hotPlugging(config.hotPlug(), ports, lanes);
    this.delegateApi = delegateApi(config.hotPlug(), paths, ports, lanes);
    PodUndo pods = new PodUndo(journal, undo, cluster);
    this.status = status(paths, lanes);
    this.migration = migration(paths, lanes);
    this.topology = new TopologyReader(() -> node, new Sysfs(places.sys()), journal::all);
    this.leftovers = new Leftovers(journal, pods::run, lanes, namespaces::isThere);
    this.sweeper = sweeper(pods, lanes);
    this.missed = new MissedAttachments(journal, configured.pods(), cluster::emit, BootTime::read);
    show(lanes);
  }

  private Optional<DelegateApi> delegateApi(
      HotPlugSettings settings, AgentPaths paths, MultusPorts ports, ContainerLanes lanes) {
    return settings
        .delegateSocket()
        .map(paths::onNode)
        .map(socket -> new DelegateApi(socket, ports, lanes, recordedFlights(), offered::stir));
  }

  private void show(ContainerLanes lanes) {
    ProcessMetrics.register(metrics);
    StateMetrics.register(metrics, journal, spool, lanes);
    TrafficMetrics.register(metrics, node, new Sysfs(places.sys()), journal);
    missed.showIn(metrics);
  }

  private Operations operations(ContainerLanes lanes, Callees callees, InnerCalls innerCalls) {
    return new Operations(journal, lanes, callees, namespaces, gate, innerCalls, spool, recorder);
  }

  private Optional<HotPlugging> hotPlugging(
      HotPlugSettings settings, MultusPorts ports, ContainerLanes lanes) {
    return Optional.of(settings)
        .filter(HotPlugSettings::follow)
        .map(on -> new HotPlugging(ports, lanes, gate, recordedFlights(), offered::stir));
  }

  private Migration migration(AgentPaths paths, ContainerLanes lanes) {
    return new Migration(
        paths,
        node,
        journal,
        (container, work) ->
            lanes.tidy(
                container,
                Deadline.in(FOR_A_TURN),
                () -> {
                  work.run();
                  return container;
                }));
  }

  private Ipam ipam(AgentPaths paths) {
    return new Ipam(
        paths.root(),
        new DelegatedIpam(launcher, new ForeignIpamJournal(journal)),
        new JournalledAttachments(journal),
        (network, allocation) -> recorder.during(Stage.IPAM, network, allocation));
  }

  private StatusService status(AgentPaths paths, ContainerLanes lanes) {
    NodeGlance glance =
        new NodeGlance(paths, journal::all, spool, failures, new Sysfs(places.sys()));
    return new StatusService(paths, health, glance, lanes, offered, configured.state());
  }

  private Sweeper sweeper(PodUndo pods, ContainerLanes lanes) {
    return new Sweeper(
        journal,
        pods::run,
        lanes,
        record -> namespaces.isThere(record) || isAway(record),
        new SweepNews(cluster, metrics));
  }

  private void undoIfDead(AttachmentRecord holder, Duration patience) {
    sweeper.removeIfGone(holder.key().container(), Deadline.in(patience));
  }

  private boolean isAway(AttachmentRecord record) {
    try (NetworkNamespace host = node.openHost()) {
      DeviceTree tree = new DeviceTree(new Sysfs(places.sys()));
      return DeviceClaims.isAway(record, host.links().list(), tree);
    }
  }

  /** Operations are told there, and counted. */
  Flights recordedFlights() {
    return new Flights(recorder, flights, failures, metrics);
  }

  /** An operation of a runtime has ended. */
  void ended(RequestFrame request) {
    offered.stir();
    hotPlugging.ifPresent(one -> one.ended(request));
  }

  private Callees callees(PluginRegistry registry, MultusPorts ports) {
    StandalonePlugins standalone =
        new StandalonePlugins(journal, undo, namespaces, ipam::mayHaveGiven);
    Plugin byHand = standalone.of(new NetworkByHand(registry, journal));
    Plugin multus = new MultusPlugin(ports);
    Map<String, Plugin> whole = new HashMap<>(Map.of(NetworkByHand.TYPE, byHand));
    MultusConfig.OWN_TYPES.forEach(name -> whole.put(name, multus));
    whole.put(Comparison.CALLED_AS, multus);
    return new Callees(whole, registry, standalone);
  }

  private MultusPorts ports(AgentPaths paths, PluginRegistry registry) {
    PciBus bus = new PciBus(new Sysfs(places.sys()));
    FunctionHolders holders = new FunctionHolders(journal, bus);
    return new MultusPorts(
        cluster,
        journal,
        undo,
        registry,
        new KernelPodLinks(node),
        new PluginForesight(registry, ipam, bus),
        this::devicesOf,
        new ExecutedHold(holders, devices),
        borrowed(holders),
        paths.root(),
        CurrentRequest::id);
  }

  private Optional<DeviceGrants> devicesOf(Optional<PodRef> pod) {
    return recorder.during(
        Stage.DEVICES,
        "devices of the pod",
        () -> kubelet.podResources().of(pod).map(known -> known.withPools(offered.pools())));
  }

  /** A test that holds the process at a point finds it noted. */
  private PhaseListener phases() {
    PhaseListener failPoint = FailPoint.fromEnvironment();
    return (phase, key, detail) -> {
      recorder.reached(phase, key, detail);
      failPoint.reached(phase, key, detail);
    };
  }

  private BorrowedFunctions borrowed(FunctionHolders holders) {
    Sysfs sysfs = new Sysfs(places.sys());
    DeviceUse use = new DeviceUse(node, sysfs, places.devices(), journal::all);
    FunctionTurn turn =
        new FunctionTurn(node, new DeviceTree(sysfs), holders, use, this::undoIfDead);
    return new BorrowedFunctions(holders, turn, virtual.lending(), devices, offered);
  }

  private Map<String, InverseHandler> handlers() {
    Map<String, InverseHandler> handlers = builtins.inverseHandlers();
    handlers.put(CreatedLink.KIND, new LinkUndo(node));
    handlers.put(Adoption.FILES, Adoption.undo());
    handlers.put(DeviceInfo.INVERSE_KIND, DeviceInfo.undo());
    handlers.putAll(virtual.inverseHandlers());
    handlers.put(HeldLease.KIND, new LeaseUndo(ipam));
    handlers.put(
        RanForeign.KIND, new ForeignUndo(launcher, namespaces::isThere, builtins::inPlaceOf));
    return handlers;
  }

  @Override
  public void close() {
    offered.close();
    kubelet.close();
    addressing.close();
    configured.close();
    journal.close();
  }
}
