package io.myriapod.multus.attach;

import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.CollectedErrors;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import io.myriapod.multus.plan.PodPlanner;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * GC: a runtime knows the containers' first interfaces only; the journal knows the rest.
 *
 * <p>What our network of that name attached and the runtime does not list is undone. Then the
 * plugins of every network are told which attachments of it live.
 */
public final class GarbageCollector {
  private final MultusPorts ports;
  private final SandboxRecords records;
  private final PodDetacher detacher;

  /** Acts through these. */
  public GarbageCollector(MultusPorts ports) {
    this.ports = ports;
    this.records = new SandboxRecords(ports.journal());
    this.detacher = new PodDetacher(ports);
  }

  /** Goes on past errors and throws all of them as one {@link CniException}. */
  public void collect(GcRequest request) {
    MultusConfig config = MultusConfig.parse(request.config());
    CollectedErrors errors = new CollectedErrors();
    errors.attempt(() -> undoStale(config.name(), request.valid()));
    Map<String, NetworkList> lists = new LinkedHashMap<>();
    errors.attempt(() -> addDefault(config, lists));
    if (knowsAll(config.name(), request.valid())) {
      addRecorded(config.name(), lists, errors);
    }
    lists.values().forEach(list -> errors.attempt(() -> gc(list, config, request)));
    errors.raise();
  }

  /** Attachments that are just being made are nobody's garbage. */
  private void undoStale(String metaNetwork, Set<Attachment> valid) {
    List<AttachmentRecord> stale =
        records.ofMeta(metaNetwork).stream()
            .filter(record -> records.whole(record).allMatch(GarbageCollector::isFinished))
            .filter(record -> !valid.contains(sandbox(record)))
            .toList();
    if (stale.isEmpty()) {
      return;
    }
    detacher
        .undo(stale)
        .ifPresent(
            reasons -> {
              throw new CniException(
                  ErrorCode.TRY_AGAIN_LATER,
                  "collect garbage of network \"%s\": %s".formatted(metaNetwork, reasons),
                  "what is left stays in the journal and is tried again");
            });
  }

  private static boolean isFinished(AttachmentRecord record) {
    return record.phase() == RecordPhase.ATTACHED || record.phase() == RecordPhase.DELETING;
  }

  private static Attachment sandbox(AttachmentRecord record) {
    InterfaceName name =
        record
            .text(AttachmentFacts.SANDBOX_INTERFACE)
            .map(InterfaceName::new)
            .orElse(record.key().interfaceName());
    return new Attachment(record.key().container(), name);
  }

  private void addDefault(MultusConfig config, Map<String, NetworkList> lists) {
    NetworkList list = new Networks(ports.cluster(), config, ports::onHost).clusterDefault().list();
    lists.put(ListCodec.encode(list), list);
  }

  /**
   * Containers that were attached before us have secondary interfaces that nobody can name: as long
   * as one of them lives, only the default network is collected.
   */
  private boolean knowsAll(String metaNetwork, Set<Attachment> valid) {
    Set<Attachment> known =
        records.ofMeta(metaNetwork).stream()
            .map(GarbageCollector::sandbox)
            .collect(Collectors.toSet());
    return known.containsAll(valid);
  }

  /** The configurations that living attachments were made with, each once. */
  private void addRecorded(
      String metaNetwork, Map<String, NetworkList> lists, CollectedErrors errors) {
    for (AttachmentRecord record : records.ofMeta(metaNetwork)) {
      Optional<String> config = record.text(AttachmentFacts.CONFIG);
      errors.attempt(
          () -> config.ifPresent(text -> lists.computeIfAbsent(text, ListCodec::decode)));
    }
  }

  private void gc(NetworkList list, MultusConfig config, GcRequest request) {
    List<Path> searchPath = PodPlanner.searchPath(config, request.searchPath());
    GcRequest expanded =
        new GcRequest(
            request.config(),
            living(list.name(), request.valid()),
            request.deadline(),
            searchPath,
            request.caller());
    new Chain(ports.resolver(), ChainListener.NONE).gc(list, expanded);
  }

  /**
   * All attachments of that network that live, whatever network of the journal they are of, and the
   * runtime's own: one too many frees too little, one too few frees what is in use.
   */
  private Set<Attachment> living(String network, Set<Attachment> valid) {
    Set<Attachment> living = new HashSet<>(valid);
    ports.journal().all().stream()
        .filter(record -> record.text(AttachmentFacts.NETWORK).filter(network::equals).isPresent())
        .map(record -> new Attachment(record.key().container(), record.key().interfaceName()))
        .forEach(living::add);
    return living;
  }
}
