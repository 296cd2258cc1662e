package io.myriapod.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.flight.Flight;
import io.myriapod.agent.flight.FlightLog;
import io.myriapod.agent.spool.Spool;
import io.myriapod.cni.json.Json;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What there is on a node, from the journal, the files beside it and the kernel; no agent is
 * needed. A part that cannot be read says so in its place, and the others are there.
 *
 * @param attachments what the journal has now
 * @param failures the newest operations that failed
 * @param sysfs where the kernel shows functions
 */
public record NodeGlance(
    AgentPaths paths,
    Supplier<List<AttachmentRecord>> attachments,
    Spool spool,
    LastFailures failures,
    Sysfs sysfs) {
  private static final int MOST_FAILED = 10;

  /** Of a node where no agent runs. */
  public static NodeGlance ofFiles(AgentPaths paths, Sysfs sysfs) {
    return new NodeGlance(
        paths,
        () -> Journal.read(paths.journal()),
        new Spool(paths.spool()),
        new LastFailures(new FlightLog(paths.flights())),
        sysfs);
  }

  /**
   * Puts in {@code pods}, {@code functions}, {@code journal}, {@code spool} and {@code
   * lastFailures}.
   */
  public void into(ObjectNode json) {
    json.set("pods", part(() -> pods(attachments.get())));
    json.set("functions", part(() -> functions(attachments.get())));
    json.set("journal", part(() -> journal(attachments.get())));
    json.set("spool", part(this::spooled));
    json.set("lastFailures", part(this::lastFailures));
  }

  private static JsonNode part(Callable<JsonNode> read) {
    try {
      return read.call();
    } catch (Exception e) { // whatever it is, the other parts are worth showing
      return Json.object().put("unknown", String.valueOf(e.getMessage()));
    }
  }

  /** What a plugin that was executed attached for its own interface is a part of that one. */
  private static JsonNode pods(List<AttachmentRecord> all) {
    List<AttachmentRecord> records =
        all.stream().filter(record -> record.part().isEmpty()).toList();
    Map<String, Set<String>> podsOf = new TreeMap<>();
    Map<String, Long> interfacesOf =
        records.stream()
            .collect(Collectors.groupingBy(RecordedNames::network, Collectors.counting()));
    records.forEach(
        record ->
            podsOf
                .computeIfAbsent(RecordedNames.network(record), name -> new TreeSet<>())
                .add(RecordedNames.pod(record)));
    ObjectNode json =
        Json.object()
            .put("pods", records.stream().map(RecordedNames::pod).distinct().count())
            .put("interfaces", records.size());
    ArrayNode networks = json.putArray("networks");
    podsOf.forEach(
        (name, pods) ->
            networks
                .addObject()
                .put("network", name)
                .put("interfaces", interfacesOf.get(name))
                .put("pods", pods.size()));
    return json;
  }

  private JsonNode functions(List<AttachmentRecord> records) {
    Set<String> held = held(records);
    ArrayNode list = Json.object().putArray("list");
    for (PciFunction physical : new PciBus(sysfs).physicalFunctions()) {
      physical
          .sriov()
          .ifPresent(
              sriov -> {
                ObjectNode json = list.addObject().put("address", physical.address().value());
                physical.linkNames().forEach(json.putArray("interfaces")::add);
                json.put("possible", sriov.total()).put("made", sriov.number());
                json.put(
                    "held",
                    sriov.functions().values().stream()
                        .map(PciAddress::value)
                        .filter(held::contains)
                        .count());
              });
    }
    return list;
  }

  /** What networks took, and what was given to containers whether one took it or not. */
  private static Set<String> held(List<AttachmentRecord> records) {
    Set<String> held = new TreeSet<>();
    for (AttachmentRecord record : records) {
      record.text(AttachmentRecord.DEVICE).ifPresent(held::add);
      record
          .fact(AttachmentRecord.LENT)
          .ifPresent(devices -> devices.forEach(one -> held.add(one.asText())));
    }
    return held;
  }

  private JsonNode journal(List<AttachmentRecord> records) throws IOException {
    List<AttachmentRecord> failed =
        records.stream().filter(record -> reason(record).isPresent()).toList();
    ObjectNode json =
        Json.object()
            .put("records", records.size())
            .put("bytes", bytes(paths.journal()))
            .put("failed", failed.size());
    ArrayNode failures = json.putArray("failures");
    failed.stream()
        .limit(MOST_FAILED)
        .forEach(
            record ->
                failures
                    .addObject()
                    .put("container", record.key().container().value())
                    .put("interface", record.key().interfaceName().value())
                    .put("pod", RecordedNames.pod(record))
                    .put("reason", reason(record).orElse("")));
    return json;
  }

  private static Optional<String> reason(AttachmentRecord record) {
    return record.quarantine().or(record::failure);
  }

  private static long bytes(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private JsonNode spooled() throws IOException {
    return Json.object().put("waiting", spool.waiting()).put("setAside", spool.setAside());
  }

  private JsonNode lastFailures() throws IOException {
    ArrayNode list = Json.object().putArray("list");
    for (Flight flight : failures.list()) {
      ObjectNode json = flight.toJson();
      json.remove(List.of("steps", "stages"));
      list.add(json);
    }
    return list;
  }
}
