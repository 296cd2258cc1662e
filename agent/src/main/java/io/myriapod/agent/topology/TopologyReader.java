package io.myriapod.agent.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.agent.status.RecordedNames;
import io.myriapod.agent.topology.Topology.Leg;
import io.myriapod.agent.topology.Topology.Network;
import io.myriapod.agent.topology.Topology.Pod;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.linux.Node;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.multus.attach.ListCodec;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads what hangs on what, from what the journal has and the kernel shows. */
public final class TopologyReader {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** The record's fact: index of the parent on the node. Written by ipvlan-macvlan */
  private static final String PARENT_INDEX = "parentIndex";

  private static final JsonNode NOTHING = Json.object();

  private final Supplier<Node> node;
  private final Sysfs sysfs;
  private final Supplier<List<AttachmentRecord>> attachments;

  /**
   * @param attachments what the journal has now
   */
  public TopologyReader(
      Supplier<Node> node, Sysfs sysfs, Supplier<List<AttachmentRecord>> attachments) {
    this.node = node;
    this.sysfs = sysfs;
    this.attachments = attachments;
  }

  /** As of now. */
  public Topology read() {
    Node here = node.get();
    List<AttachmentRecord> records =
        attachments.get().stream().filter(record -> record.part().isEmpty()).toList();
    try (NetworkNamespace host = here.openHost()) {
      NodeParts parts = new NodeParts(sysfs, host.links(), here.uplink());
      Map<String, Network> networks = new TreeMap<>();
      Map<String, List<Leg>> pods = new TreeMap<>();
      records.stream()
          .sorted(Comparator.comparingInt(TopologyReader::order))
          .forEach(
              record -> {
                Network network =
                    networks.computeIfAbsent(
                        RecordedNames.network(record), name -> new Network(name, types(record)));
                boolean ofThisBoot = record.bootId().equals(here.bootId());
                pods.computeIfAbsent(RecordedNames.pod(record), name -> new ArrayList<>())
                    .add(leg(record, network, parts, ofThisBoot));
              });
      records.stream()
          .filter(record -> record.bootId().equals(here.bootId()))
          .forEach(record -> lent(record, pods.get(RecordedNames.pod(record)), parts));
      return new Topology(
          hostName(),
          parts.all(),
          List.copyOf(networks.values()),
          pods.entrySet().stream().map(pod -> new Pod(pod.getKey(), pod.getValue())).toList());
    }
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      return "node";
    }
  }

  private static int order(AttachmentRecord record) {
    return record.fact("order").map(JsonNode::asInt).orElse(0);
  }

  private static List<String> types(AttachmentRecord record) {
    try {
      return record
          .text("config")
          .map(ListCodec::decode)
          .map(list -> list.plugins().stream().map(plugin -> plugin.type()).toList())
          .orElse(List.of());
    } catch (CniException e) {
      return List.of(); // a record of another release
    }
  }

  private static Leg leg(
      AttachmentRecord record, Network network, NodeParts parts, boolean ofThisBoot) {
    Optional<JsonNode> result = record.fact("result");
    Optional<PciAddress> device =
        record.text(AttachmentRecord.DEVICE).flatMap(PciAddress::of).filter(any -> ofThisBoot);
    String name = record.key().interfaceName().value();
    return new Leg(
        name,
        Optional.of(network.name()),
        ofThisBoot ? part(record, result, device, parts) : Optional.empty(),
        result.map(one -> one.path("ips").findValuesAsText("address")).orElse(List.of()),
        result.flatMap(one -> mac(one, name)),
        device.map(PciAddress::value),
        trouble(record, ofThisBoot));
  }

  /** Those of which no network of the pod has made an interface or more. */
  private static void lent(AttachmentRecord record, List<Leg> legs, NodeParts parts) {
    for (JsonNode each : record.fact(AttachmentRecord.LENT).orElse(NOTHING)) {
      Optional<PciAddress> device = PciAddress.of(each.asText());
      boolean taken =
          legs.stream().anyMatch(leg -> leg.device().equals(device.map(PciAddress::value)));
      device
          .filter(any -> !taken)
          .ifPresent(one -> legs.add(Leg.ofDevice(one.value(), parts.function(one))));
    }
  }

  private static Optional<String> trouble(AttachmentRecord record, boolean ofThisBoot) {
    if (record.quarantine().isPresent() || record.failure().isPresent()) {
      return record.quarantine().or(record::failure);
    }
    if (!ofThisBoot) {
      return Optional.of("of an earlier boot");
    }
    return switch (record.phase()) {
      case ATTACHED -> Optional.empty();
      case DELETING -> Optional.of("is being removed");
      case PLANNED, ADDING -> Optional.of("is being attached");
    };
  }

  private static Optional<String> mac(JsonNode result, String name) {
    return stream(result.path("interfaces"))
        .filter(one -> one.path("name").asText().equals(name) && one.has("sandbox"))
        .map(one -> one.path("mac").asText())
        .filter(mac -> !mac.isEmpty())
        .findFirst();
  }

  private static Optional<String> part(
      AttachmentRecord record,
      Optional<JsonNode> result,
      Optional<PciAddress> device,
      NodeParts parts) {
    if (device.isPresent()) {
      return Optional.of(parts.function(device.get()));
    }
    Optional<Integer> parent = record.fact(PARENT_INDEX).map(JsonNode::asInt);
    if (parent.isPresent()) {
      return parent.flatMap(parts::link);
    }
    return result.flatMap(one -> onNode(one, parts));
  }

  /** A bridge that the result names, or that an end of its is a port of. */
  private static Optional<String> onNode(JsonNode result, NodeParts parts) {
    return stream(result.path("interfaces"))
        .filter(one -> one.path("sandbox").asText().isEmpty())
        .flatMap(one -> parts.bridgeOf(one.path("name").asText()).stream())
        .findFirst();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
