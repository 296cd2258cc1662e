package io.myriapod.base.bridge;

import io.myriapod.base.masquerade.Masquerade;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.Netns;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.ConflictListener;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A bridge plugin on a node that is a namespace of the test, with journal and leases on disk. */
final class BridgeLab implements AutoCloseable {
  final Journal journal;
  final BridgePlugin plugin;
  final Path leases;
  final Masquerade masquerade;
  private final Undo undo;
  private final Node node;
  private final Netns pod;
  private final Ipam ipam;
  private int phasesUntilFault = -1;
  private final LinkAddressing addressing = new LinkAddressing(ConflictListener.NONE);

  BridgeLab(Netns node, Netns pod, Path temp) {
    this(node, pod, temp, Optional.of(Path.of("/usr/sbin/nft")));
  }

  /** With this program as nft. */
  BridgeLab(Netns node, Netns pod, Path temp, Optional<Path> nft) {
    this.pod = pod;
    this.leases = temp.resolve("leases");
    this.node = new Node(Path.of("/"), Optional.of(node.path()));
    this.journal =
        Journal.open(temp.resolve("journal"), this.node.bootId(), file -> () -> {}, this::reached);
    this.ipam = new Ipam(Path.of("/"), new DelegatedIpam(failing(), ChainListener.NONE));
    this.masquerade = new Masquerade(this.node, journal, nft);
    this.plugin = new BridgePlugin(this.node, journal, ipam, addressing, masquerade);
    this.undo =
        new Undo(
            journal,
            Map.of(
                CreatedLink.KIND,
                each(this::deleteLink),
                HeldLease.KIND,
                each(this::release),
                Masquerade.INVERSE_KIND,
                masquerade.inverseHandler()));
  }

  /** Makes the journal's n-th report from now on, counted from 0, end in an exception. */
  void failAtPhase(int n) {
    phasesUntilFault = n;
  }

  /** Whether that report has come. */
  boolean hasFailed() {
    return phasesUntilFault < 0;
  }

  private void reached(JournalPhase phase, AttachmentKey key, String detail) {
    if (phasesUntilFault-- == 0) {
      throw new IllegalStateException("fault at " + phase + " " + detail);
    }
  }

  private static Launcher failing() {
    byte[] error = "{\"code\":77,\"msg\":\"no more\"}".getBytes(StandardCharsets.UTF_8);
    return (program, environment, stdin, deadline) -> new Launcher.Outcome(1, error, new byte[0]);
  }

  CniResult add(String config) {
    return add(request("eth0", config));
  }

  /** ADD as the agent calls it. */
  CniResult add(PluginRequest request) {
    plugin.validate(request);
    return plugin.add(request);
  }

  /** DEL as the agent does it: by the journal alone. */
  UndoReport deleteByJournal() {
    return undo(journal.all());
  }

  UndoReport undo(List<AttachmentRecord> records) {
    return undo.run(records);
  }

  /** Ends all records of the journal without undoing anything. */
  void forget() {
    InverseHandler nothing = batch -> Map.of();
    Undo forgetting =
        new Undo(
            journal,
            Map.of(CreatedLink.KIND, nothing, HeldLease.KIND, nothing, "masquerade", nothing));
    forgetting.run(journal.all());
  }

  /** The addresses that are leased. */
  List<String> leased() {
    String[] names =
        leases.resolve("default").toFile().list((dir, name) -> name.matches("[0-9a-f].*[0-9]"));
    return names == null ? List.of() : List.of(names);
  }

  StatusRequest status(String config) {
    return new StatusRequest(config(config), Deadline.in(Duration.ofSeconds(5)), List.of());
  }

  /** Single quotes in the config stand for double ones. */
  PluginRequest request(String name, String config) {
    return request("c1", name, pod, config);
  }

  /** The same for another pod. */
  PluginRequest request(String container, String name, Netns pod, String config) {
    return new PluginRequest(
        new ContainerId(container),
        new InterfaceName(name),
        Optional.of(pod.path()),
        CniArgs.empty(),
        config(config),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(20)),
        List.of(leases.getParent()));
  }

  static NetworkConfig config(String keys) {
    String all =
        "{'cniVersion':'1.1.0','name':'default','type':'bridge'%s}"
            .formatted(keys.isEmpty() ? "" : "," + keys);
    return NetworkConfig.parse(all.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  String hostLocal(String more) {
    return "'ipam':{'type':'host-local','dataDir':'%s',%s}".formatted(leases, more);
  }

  private static InverseHandler each(Consumer<PendingInverse> inverse) {
    return batch -> {
      batch.forEach(inverse);
      return Map.of();
    };
  }

  private void deleteLink(PendingInverse pending) {
    CreatedLink created = CreatedLink.from(pending.inverse());
    try (NetworkNamespace namespace = node.open(Path.of(created.netnsPath().orElseThrow()))) {
      Optional<Link> there =
          namespace
              .links()
              .find(created.name().value())
              .filter(link -> link.isKind(created.linkKind()))
              .filter(link -> link.mac().equals(Optional.of(created.mac())));
      there.ifPresent(namespace.links()::delete);
    }
  }

  private void release(PendingInverse pending) {
    HeldLease lease = HeldLease.from(pending.inverse());
    ipam.releaseLease(
        lease.dataDir(), lease.network(), lease.key().container(), lease.key().interfaceName());
  }

  @Override
  public void close() {
    addressing.close();
    journal.close();
  }
}
