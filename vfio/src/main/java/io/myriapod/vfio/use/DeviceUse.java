package io.myriapod.vfio.use;

import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.DeviceRecords;
import io.myriapod.linux.Node;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.GroupFile;
import io.myriapod.linux.pci.IommuGroup;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.linux.process.OpenFiles;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Evidence that a function is in use: a pod has it, its interface is in another namespace, has a
 * master, a link above it, an address or a route, or a program has opened its IOMMU group. A
 * reading of one moment.
 */
public final class DeviceUse {
  private final Node node;
  private final DeviceTree tree;
  private final Path devices;
  private final Supplier<List<AttachmentRecord>> attachments;
  private final OtherNamespaces others;
  private final OpenFiles openFiles;

  /**
   * @param devices what stands for {@code /dev}
   * @param attachments what the journal has now
   */
  public DeviceUse(
      Node node, Sysfs sysfs, Path devices, Supplier<List<AttachmentRecord>> attachments) {
    this.node = node;
    this.tree = new DeviceTree(sysfs);
    this.devices = devices;
    this.attachments = attachments;
    this.others = new OtherNamespaces(node, Path.of("/proc"));
    this.openFiles = new OpenFiles(Path.of("/proc"));
  }

  /** All evidence there is, the strongest first; empty if nobody uses it. */
  public List<Use> of(PciFunction function) {
    return of(function, none -> false);
  }

  /**
   * The same for one who may do with the function what its present holders could.
   *
   * @param own attachments that do not count
   */
  public List<Use> of(PciFunction function, Predicate<AttachmentRecord> own) {
    List<Use> uses = new ArrayList<>();
    holder(function.address(), own).ifPresent(uses::add);
    if (function.linkElsewhere() && uses.isEmpty()) {
      uses.add(
          new Use(
              "another namespace",
              "has its network interface in another namespace than the node's",
              "delete the pod or namespace that has it"));
    }
    try (NetworkNamespace host = node.openHost()) {
      for (Link link : tree.linksOf(function.address(), host.links())) {
        uses.addAll(LinkUse.of(link, host));
        uses.addAll(above(link));
      }
    }
    if (function.isForPrograms()) {
      programOf(function).ifPresent(uses::add);
    }
    return uses;
  }

  /** Links on top of a link of the node that other namespaces have: macvlans of pods. */
  public List<Use> above(Link link) {
    return others.above(link, namespaces()).stream()
        .map(each -> LinkUse.upper(each, "a pod"))
        .toList();
  }

  /** Whether a process is in the namespace that an attachment was made in, or it has a name. */
  public boolean isInhabited(AttachmentRecord attachment) {
    return attachment.text("namespaceId").filter(others::has).isPresent();
  }

  private Optional<Use> holder(PciAddress address, Predicate<AttachmentRecord> own) {
    List<AttachmentRecord> all = attachments.get().stream().filter(own.negate()).toList();
    return DeviceRecords.holder(all, node.bootId(), address)
        .or(() -> DeviceRecords.borrowers(all, node.bootId(), address).stream().findFirst())
        .map(
            record ->
                record.quarantine().map(DeviceUse::quarantined).orElseGet(() -> held(record)));
  }

  private static Use held(AttachmentRecord record) {
    return new Use(
        who(record),
        "is held by container %s as \"%s\""
            .formatted(record.key().container(), record.key().interfaceName()),
        "delete the pod that has it; `myriapod list` shows it");
  }

  private static Use quarantined(String reason) {
    return new Use(
        Use.QUARANTINE,
        "could not be made what it was before its last pod: %s".formatted(reason),
        "it is tried again by itself; docs/sriov.md says how to mend it by hand");
  }

  /** For people: the pod, or the container if nobody knows its pod. */
  public static String who(AttachmentRecord record) {
    return record
        .fact("pod")
        .map(pod -> pod.path("namespace").asText() + "/" + pod.path("name").asText())
        .orElseGet(() -> "container " + record.key().container());
  }

  private List<String> namespaces() {
    return attachments.get().stream()
        .filter(record -> record.bootId().equals(node.bootId()))
        .flatMap(record -> record.text("netns").stream())
        .distinct()
        .toList();
  }

  /** The program that has its IOMMU group open. */
  public Optional<Use> programOf(PciFunction function) {
    return function.iommuGroup().flatMap(this::program);
  }

  private Optional<Use> program(IommuGroup group) {
    GroupFile file = new GroupFile(devices, group);
    if (!file.isTaken()) {
      return Optional.empty();
    }
    String who =
        openFiles.holdersOf(file.path()).stream()
            .map(OpenFiles.Holder::toString)
            .collect(Collectors.joining(", "));
    String program = who.isEmpty() ? "a program" : who;
    return Optional.of(
        new Use(
            program,
            "is driven by %s, which has %s open".formatted(program, file.path()),
            "end that program"));
  }
}
