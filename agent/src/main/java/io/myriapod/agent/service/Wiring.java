package io.myriapod.agent.service;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.launch.HostLauncher;
import io.myriapod.agent.sandbox.KernelPodLinks;
import io.myriapod.agent.sandbox.NamespaceCheck;
import io.myriapod.agent.undo.ForeignIpamJournal;
import io.myriapod.agent.undo.ForeignUndo;
import io.myriapod.agent.undo.LeaseUndo;
import io.myriapod.agent.undo.LinkUndo;
import io.myriapod.base.bridge.BridgePlugin;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.ConflictListener;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.Undo;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.kubernetes.directory.DirectoryCluster;
import io.myriapod.linux.Node;
import io.myriapod.linux.lock.FileLock;
import io.myriapod.macvlan.MacvlanPlugin;
import io.myriapod.multus.MultusPlugin;
import io.myriapod.multus.PassthruPlugin;
import io.myriapod.multus.port.MultusPorts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every part of the agent, made once and handed to those that use it. The only place that does. */
record Wiring(
    Journal journal, Operations operations, Leftovers leftovers, Sweeper sweeper, StartGate gate) {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  static Wiring of(AgentPaths paths, AgentConfig config, Path shim) {
    Node node = Node.local();
    Journal journal =
        Journal.open(
            paths.journal(),
            node.bootId(),
            file -> FileLock.exclusive(file)::close,
            FailPoint.fromEnvironment());
    Launcher launcher = new HostLauncher(shim);
    Ipam ipam =
        new Ipam(paths.root(), new DelegatedIpam(launcher, new ForeignIpamJournal(journal)));
    LinkAddressing addressing = new LinkAddressing(Wiring::tell);
    BridgePlugin bridge = new BridgePlugin(node, journal, ipam, addressing);
    MacvlanPlugin macvlan = new MacvlanPlugin(node, journal, ipam, addressing);
    Undo undo = new Undo(journal, handlers(node, ipam, launcher, bridge));
    PluginRegistry registry =
        new PluginRegistry(
            List.of(
                bridge,
                macvlan,
                new PassthruPlugin(),
                new IpamAlone("host-local", ipam, journal),
                new IpamAlone("static", ipam, journal)),
            launcher);
    MultusPorts ports =
        new MultusPorts(
            new DirectoryCluster(paths.cluster(), paths.status()),
            journal,
            undo,
            registry,
            new KernelPodLinks(node),
            request ->
                registry.isBuiltin(request.config())
                    ? LeaseUndo.foreseen(ipam, request)
                    : List.of(),
            Path.of("/"),
            CurrentRequest::id);
    return of(config, node, journal, undo, registry, new MultusPlugin(ports));
  }

  private static Wiring of(
      AgentConfig config,
      Node node,
      Journal journal,
      Undo undo,
      PluginRegistry registry,
      Plugin multus) {
    ContainerLanes lanes = new ContainerLanes(config.width(), config.queueLength());
    NamespaceCheck namespaces = new NamespaceCheck(node);
    StartGate gate = new StartGate();
    StandalonePlugins standalone = new StandalonePlugins(journal, undo, namespaces);
    Plugin byHand = standalone.of(new NetworkByHand(registry, journal));
    Callees callees =
        new Callees(
            Map.of("myriapod", multus, "multus", multus, NetworkByHand.TYPE, byHand),
            registry,
            standalone);
    return new Wiring(
        journal,
        new Operations(journal, lanes, callees, namespaces, gate),
        new Leftovers(journal, undo, lanes),
        new Sweeper(journal, undo, lanes, namespaces::isThere),
        gate);
  }

  private static void tell(ConflictListener.Conflict conflict) {
    LOG.warn(
        "address {} of {} in namespace {}: another host on the link holds it; the kernel has taken"
            + " it out of use",
        conflict.address(),
        conflict.interfaceName(),
        conflict.namespaceId());
  }

  private static Map<String, InverseHandler> handlers(
      Node node, Ipam ipam, Launcher launcher, BridgePlugin bridge) {
    Map<String, InverseHandler> handlers = new HashMap<>(bridge.inverseHandlers());
    handlers.put(CreatedLink.KIND, new LinkUndo(node));
    handlers.put(HeldLease.KIND, new LeaseUndo(ipam));
    handlers.put(RanForeign.KIND, new ForeignUndo(launcher));
    return handlers;
  }
}
