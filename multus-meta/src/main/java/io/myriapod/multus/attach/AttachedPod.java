package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.kubernetes.status.NetworkStatusJson;
import io.myriapod.multus.plan.AnnotationElement;
import io.myriapod.multus.plan.ChangePlanner.InUse;
import io.myriapod.multus.plan.StandingNetwork;
import io.myriapod.multus.port.PodLinks.Sandbox;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A pod that runs, by what the journal says.
 *
 * @param first its default network
 * @param others its other networks in whatever phase, in their order
 */
record AttachedPod(AttachmentRecord first, List<AttachmentRecord> others) {
  /**
   * The pod of these records of one ADD; none if its default network is not attached, or by an
   * earlier version that did not keep what is needed.
   */
  static Optional<AttachedPod> of(List<AttachmentRecord> records) {
    return records.stream()
        .findFirst()
        .filter(record -> AttachmentFacts.order(record) == 0)
        .filter(record -> record.phase() == RecordPhase.ATTACHED)
        .filter(record -> record.text(AttachmentFacts.META_CONFIG).isPresent())
        .map(first -> new AttachedPod(first, records.subList(1, records.size())));
  }

  ContainerId container() {
    return first.key().container();
  }

  Path netns() {
    return Path.of(first.text(AttachmentFacts.NETNS).orElse("/"));
  }

  /** The ADD that attached it, but for the arguments of its runtime. */
  PluginRequest request(Deadline deadline) {
    String config = first.text(AttachmentFacts.META_CONFIG).orElseThrow();
    return new PluginRequest(
        container(),
        first.key().interfaceName(),
        Optional.of(netns()),
        AttachmentFacts.args(first),
        NetworkConfig.parse(config.getBytes(StandardCharsets.UTF_8)),
        Optional.empty(),
        deadline,
        AttachmentFacts.searchPath(first));
  }

  boolean isOf(Sandbox sandbox) {
    return first.text(AttachmentFacts.NAMESPACE_ID).filter(sandbox.id()::equals).isPresent();
  }

  /** Whether its networks were being changed and nobody has said so yet. */
  boolean isChanging() {
    return first.fact(AttachmentFacts.CHANGING).filter(JsonNode::asBoolean).isPresent();
  }

  /** What its annotation or a controller had attached. */
  List<StandingNetwork> standing() {
    return attached()
        .filter(record -> element(record).isPresent() || isDelegated(record))
        .map(record -> new StandingNetwork(record.key().interfaceName(), element(record)))
        .toList();
  }

  private static Optional<AnnotationElement> element(AttachmentRecord record) {
    return record.fact(AttachmentFacts.ELEMENT).map(AnnotationElement::from);
  }

  private static boolean isDelegated(AttachmentRecord record) {
    return record.fact(AttachmentFacts.DELEGATED).isPresent();
  }

  private Stream<AttachmentRecord> attached() {
    return others.stream().filter(record -> record.phase() == RecordPhase.ATTACHED);
  }

  /** Those of these names that are attached. */
  List<AttachmentRecord> attached(Set<InterfaceName> names) {
    return attached().filter(record -> names.contains(record.key().interfaceName())).toList();
  }

  /** What it goes on to use when these interfaces are gone. */
  InUse inUseWithout(Set<InterfaceName> going, Set<String> inNamespace) {
    Set<String> names = new HashSet<>(inNamespace);
    all().forEach(record -> names.add(record.key().interfaceName().value()));
    going.forEach(name -> names.remove(name.value()));
    Set<DeviceId> devices = new HashSet<>();
    all()
        .filter(record -> !going.contains(record.key().interfaceName()))
        .forEach(record -> devices.addAll(devices(record)));
    int last = all().mapToInt(AttachmentFacts::order).max().orElse(0);
    return new InUse(names, devices, last + 1);
  }

  /** What it will let go of with these interfaces. */
  Set<DeviceId> devicesOf(Set<InterfaceName> names) {
    Set<DeviceId> devices = new HashSet<>();
    attached(names).forEach(record -> devices.addAll(devices(record)));
    return devices;
  }

  private static Set<DeviceId> devices(AttachmentRecord record) {
    Set<DeviceId> devices = new HashSet<>();
    record.text(AttachmentRecord.DEVICE).flatMap(DeviceId::of).ifPresent(devices::add);
    Optional.ofNullable(AttachmentFacts.capabilityArgs(record).get("deviceID"))
        .flatMap(id -> DeviceId.of(id.asText()))
        .ifPresent(devices::add);
    return devices;
  }

  private Stream<AttachmentRecord> all() {
    return Stream.concat(Stream.of(first), others.stream());
  }

  /** Its network-status. */
  List<NetworkStatus> status() {
    return Stream.concat(Stream.of(first), attached())
        .flatMap(record -> record.text(AttachmentFacts.STATUS).stream())
        .map(text -> Json.parse(text.getBytes(StandardCharsets.UTF_8), "network-status"))
        .flatMap(list -> NetworkStatusJson.decode(list).stream())
        .toList();
  }
}
