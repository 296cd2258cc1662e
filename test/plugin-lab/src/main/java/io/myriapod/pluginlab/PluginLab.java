package io.myriapod.pluginlab;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.Netns;
import io.myriapod.ipam.Ipam;
import io.myriapod.ipam.link.ConflictListener;
import io.myriapod.ipam.link.LinkAddressing;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalPhase;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.RecordKey;
import io.myriapod.journal.Undo;
import io.myriapod.journal.UndoReport;
import io.myriapod.journal.inverse.CreatedLink;
import io.myriapod.journal.inverse.HeldLease;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One plugin on a node that is a namespace of the test, with journal and leases on disk. */
public abstract class PluginLab implements AutoCloseable {
  public final Journal journal;
  public final Path leases;
  protected final Node node;
  protected final Ipam ipam;
  protected final LinkAddressing addressing = new LinkAddressing(ConflictListener.NONE);
  private final Netns pod;
  private final String network;
  private Optional<Undo> undo = Optional.empty();
  private int phasesUntilFault = -1;

  /**
   * @param temp for journal and leases; closed and reopened they go on
   * @param network the name that configurations have
   */
  protected PluginLab(Netns node, Netns pod, Path temp, String network) {
    this.pod = pod;
    this.network = network;
    this.leases = temp.resolve("leases");
    this.node = new Node(Path.of("/"), Optional.of(node.path()));
    this.journal =
        Journal.open(temp.resolve("journal"), this.node.bootId(), file -> () -> {}, this::reached);
    this.ipam = new Ipam(Path.of("/"), new DelegatedIpam(failing(), ChainListener.NONE));
  }

  /** The one that is tested. */
  protected abstract Plugin plugin();

  /** A whole configuration; single quotes stand for double ones. */
  protected abstract NetworkConfig configOf(String keys);

  /**
   * To be called at the end of the constructor.
   *
   * @param handlers of the inverses that only this plugin records
   */
  protected final void undoWith(Map<String, InverseHandler> handlers) {
    Map<String, InverseHandler> all = new HashMap<>(handlers);
    all.put(CreatedLink.KIND, each(this::deleteLink));
    all.put(HeldLease.KIND, each(this::release));
    undo = Optional.of(new Undo(journal, all));
  }

  /** A configuration of these keys and the usual ones; single quotes stand for double ones. */
  public static NetworkConfig config(String network, String type, String keys) {
    String all =
        "{'cniVersion':'1.1.0','name':'%s','type':'%s'%s}"
            .formatted(network, type, keys.isEmpty() ? "" : "," + keys);
    return NetworkConfig.parse(all.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** Makes the journal's n-th report from now on, counted from 0, end in an exception. */
  public void failAtPhase(int n) {
    phasesUntilFault = n;
  }

  /** Whether that report has come. */
  public boolean hasFailed() {
    return phasesUntilFault < 0;
  }

  /**
   * Has an ADD fail at its first step, then at its second one and so on, until it succeeds.
   *
   * @param undone what must hold each time after the journal has undone it
   * @return how many steps it has
   */
  public int faultAtEveryStep(Runnable add, Runnable undone) {
    for (int faults = 0; ; faults++) {
      failAtPhase(faults);
      try {
        add.run();
        return faults;
      } catch (IllegalStateException e) {
        if (!hasFailed()) {
          throw e; // not the fault that was asked for
        }
        deleteByJournal();
        undone.run();
      }
    }
  }

  private void reached(JournalPhase phase, RecordKey key, String detail) {
    if (phasesUntilFault-- == 0) {
      throw new IllegalStateException("fault at " + phase + " " + detail);
    }
  }

  private static Launcher failing() {
    byte[] error = "{\"code\":77,\"msg\":\"no more\"}".getBytes(StandardCharsets.UTF_8);
    return (program, environment, stdin, deadline) -> new Launcher.Outcome(1, error, new byte[0]);
  }

  /** ADD as the agent calls it. */
  public CniResult add(PluginRequest request) {
    plugin().validate(request);
    return plugin().add(request);
  }

  /** DEL as the agent does it: by the journal alone. */
  public UndoReport deleteByJournal() {
    return undo(journal.all());
  }

  /** The undo of these alone. */
  public UndoReport undo(List<AttachmentRecord> records) {
    return undo.orElseThrow().run(records);
  }

  /** A GC of the request's network, of which nothing is valid. */
  public static GcRequest collecting(PluginRequest request) {
    return new GcRequest(request.config(), Set.of(), Deadline.in(Duration.ofSeconds(5)), List.of());
  }

  /** The same request with another path of the namespace. */
  public static PluginRequest at(PluginRequest request, Path netns) {
    return new PluginRequest(
        request.container(),
        request.interfaceName(),
        Optional.of(netns),
        request.args(),
        request.config(),
        request.prevResult(),
        request.deadline(),
        request.searchPath());
  }

  /** A STATUS. */
  public StatusRequest status(String keys) {
    return new StatusRequest(configOf(keys), Deadline.in(Duration.ofSeconds(5)), List.of());
  }

  /** A request for container {@code c1}. */
  public PluginRequest request(String name, String keys) {
    return request("c1", name, pod, keys);
  }

  /** The same for another pod. */
  public PluginRequest request(String container, String name, Netns sandbox, String keys) {
    return new PluginRequest(
        new ContainerId(container),
        new InterfaceName(name),
        Optional.of(sandbox.path()),
        CniArgs.empty(),
        configOf(keys),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(20)),
        List.of(leases.getParent()));
  }

  /** An {@code ipam} of {@code host-local} in this lab's folder, with more keys. */
  public String hostLocal(String more) {
    return "'ipam':{'type':'host-local','dataDir':'%s',%s}".formatted(leases, more);
  }

  /** The addresses that are leased. */
  public List<String> leased() {
    String[] names =
        leases.resolve(network).toFile().list((dir, name) -> name.matches("[0-9a-f].*[0-9]"));
    return names == null ? List.of() : List.of(names);
  }

  private static InverseHandler each(Consumer<PendingInverse> inverse) {
    return batch -> {
      batch.forEach(inverse);
      return Map.of();
    };
  }

  private void deleteLink(PendingInverse pending) {
    CreatedLink created = CreatedLink.from(pending.inverse());
    try (NetworkNamespace namespace =
        created.netnsPath().map(Path::of).map(node::open).orElseGet(node::openHost)) {
      namespace
          .links()
          .find(created.name().value())
          .filter(link -> link.isKind(created.linkKind()))
          .filter(link -> link.mac().equals(Optional.of(created.mac())))
          .ifPresent(namespace.links()::delete);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
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
