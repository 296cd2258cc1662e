package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.functions.ConfiguredFunctions;
import io.myriapod.agent.functions.FunctionService;
import io.myriapod.agent.launch.HostLauncher;
import io.myriapod.agent.launch.InnerCalls;
import io.myriapod.agent.launch.MarkingLauncher;
import io.myriapod.agent.sandbox.KernelPodLinks;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.agent.spool.Spool;
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
import io.myriapod.journal.Undo;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.device.PodResources;
import io.myriapod.kubernetes.directory.DirectoryCluster;
import io.myriapod.linux.Node;
import io.myriapod.linux.lock.FileLock;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.BootId;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.multus.MultusPlugin;
import io.myriapod.multus.attach.DeviceInfo;
import io.myriapod.multus.attach.PodUndo;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.FunctionHolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Every part of the agent, made once and handed to those that use it. The only place that does. */
final class Wiring implements AutoCloseable {
  final Journal journal;
  final Counters counters = new Counters();
  final StartGate gate = new StartGate();
  final Spool spool;
  final Operations operations;
  final Leftovers leftovers;
  final Sweeper sweeper;
  final Builtins builtins;
  final FunctionService functions;

  private final Node node;
  private final NamespaceCheck namespaces;
  private final Launcher launcher;
  private final Cluster cluster;
  private final Ipam ipam;
  private final LinkAddressing addressing;
  private final Undo undo;
  private final Lock devices = new ReentrantLock();
  private final Places places = KernelTrees.places();

  Wiring(AgentPaths paths, AgentConfig config, Path shim) {
    this.node = new Node(Path.of("/"), Optional.empty(), PretendedBoot.idOr(BootId.read()));
    this.namespaces = new NamespaceCheck(node);
    this.journal =
        Journal.open(
            paths.journal(),
            node.bootId(),
            file -> FileLock.exclusive(file)::close,
            FailPoint.fromEnvironment());
    InnerCalls innerCalls = new InnerCalls();
    this.launcher = new MarkingLauncher(new HostLauncher(shim), innerCalls);
    this.spool = new Spool(paths.spool());
    this.cluster = new DirectoryCluster(paths.cluster(), paths.status());
    this.ipam =
        new Ipam(
            paths.root(),
            new DelegatedIpam(launcher, new ForeignIpamJournal(journal)),
            new JournalledAttachments(journal));
    this.addressing = new LinkAddressing(new AddressConflicts(journal, cluster, counters));
    VirtualFunctions virtual = new VirtualFunctions(node, journal, places, devices);
    this.functions = new FunctionService(virtual, new ConfiguredFunctions(paths.config()));
    this.builtins =
        new Builtins(
            node, journal, ipam, addressing, paths.root(), devices, this::undoIfDead, places);
    this.undo = new Undo(journal, handlers(virtual));
    ContainerLanes lanes = new ContainerLanes(config.width(), config.queueLength());
    this.operations =
        new Operations(journal, lanes, callees(paths), namespaces, gate, innerCalls, spool);
    PodUndo pods = new PodUndo(journal, undo, cluster);
    this.leftovers = new Leftovers(journal, pods::run, lanes, namespaces::isThere);
    this.sweeper =
        new Sweeper(
            journal,
            pods::run,
            lanes,
            record -> namespaces.isThere(record) || isAway(record),
            new SweepNews(cluster, counters));
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

  private Callees callees(AgentPaths paths) {
    PluginRegistry registry = new PluginRegistry(builtins.plugins(), launcher);
    StandalonePlugins standalone =
        new StandalonePlugins(journal, undo, namespaces, ipam::mayHaveGiven);
    Plugin byHand = standalone.of(new NetworkByHand(registry, journal));
    Plugin multus = new MultusPlugin(ports(paths, registry));
    return new Callees(
        Map.of("myriapod", multus, "multus", multus, NetworkByHand.TYPE, byHand),
        registry,
        standalone);
  }

  private MultusPorts ports(AgentPaths paths, PluginRegistry registry) {
    PciBus bus = new PciBus(new Sysfs(places.sys()));
    return new MultusPorts(
        cluster,
        journal,
        undo,
        registry,
        new KernelPodLinks(node),
        new PluginForesight(registry, ipam, bus),
        PodResources.NO_KUBELET,
        new ExecutedHold(new FunctionHolders(journal, bus), devices),
        paths.root(),
        CurrentRequest::id);
  }

  private Map<String, InverseHandler> handlers(VirtualFunctions virtual) {
    Map<String, InverseHandler> handlers = builtins.inverseHandlers();
    handlers.put(CreatedLink.KIND, new LinkUndo(node));
    handlers.put(DeviceInfo.INVERSE_KIND, DeviceInfo.undo());
    handlers.putAll(virtual.inverseHandlers());
    handlers.put(HeldLease.KIND, new LeaseUndo(ipam));
    handlers.put(RanForeign.KIND, new ForeignUndo(launcher, namespaces::isThere));
    return handlers;
  }

  @Override
  public void close() {
    addressing.close();
    journal.close();
  }
}
