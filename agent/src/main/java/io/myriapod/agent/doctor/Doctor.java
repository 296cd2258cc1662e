package io.myriapod.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.service.Agent;
import io.myriapod.agent.socket.AgentClient;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.socket.RequestId;
import io.myriapod.cni.error.CniException;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks a node over. */
public final class Doctor {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long LEAST_FREE_BYTES = 64L << 20;
  private static final byte[] ANY_VERSION =
      "{\"cniVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

  /** What a network needs of the kernel: module, and what is refused without it. */
  private static final Map<String, String> MODULES =
      Map.of(
          "veth", "bridge and ptp",
          "bridge", "bridge",
          "macvlan", "macvlan",
          "ipvlan", "ipvlan",
          "8021q", "vlan");

  private final NodeFacts node;

  public Doctor(NodeFacts node) {
    this.node = node;
  }

  /** All that there is to say, in a fixed order. */
  public List<Diagnosis> look() {
    List<Diagnosis> all = new ArrayList<>();
    all.add(kernel());
    all.addAll(modules());
    all.add(iommu());
    all.add(nft());
    all.add(shim());
    all.add(order());
    Optional<AgentConfig> config = config(all);
    all.add(agent());
    all.add(kubelet(config.map(one -> one.devicePlugin().isPresent()).orElse(false)));
    all.addAll(journal());
    all.add(spool());
    all.add(disk());
    return all;
  }

  private Diagnosis kernel() {
    return node.kernel().compareTo(Agent.OLDEST_KERNEL) < 0
        ? Diagnosis.fault(
            "kernel",
            "%s is older than %s".formatted(node.release(), Agent.OLDEST_KERNEL),
            "update the node's kernel: the agent does not start")
        : Diagnosis.ok("kernel", node.release());
  }

  private List<Diagnosis> modules() {
    KernelModules modules = node.modules();
    return MODULES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(one -> module(modules, one.getKey(), one.getValue()))
        .toList();
  }

  private static Diagnosis module(KernelModules modules, String name, String networks) {
    String subject = "module " + name;
    if (modules.has(name)) {
      return Diagnosis.ok(subject, "there");
    }
    return modules.canLoad(name)
        ? Diagnosis.ok(subject, "the kernel loads it when it is needed")
        : Diagnosis.warning(
            subject,
            "neither loaded nor found among the kernel's modules",
            "networks of type %s are refused if the kernel does not have it; install the kernel's"
                    .formatted(networks)
                + " package of modules");
  }

  private Diagnosis iommu() {
    try (Stream<Path> groups = Files.list(node.sys().resolve("kernel/iommu_groups"))) {
      long number = groups.count();
      if (number > 0) {
        return Diagnosis.ok("IOMMU", number + " groups");
      }
    } catch (IOException e) {
      // a kernel without IOMMU support has no such folder
    }
    return Diagnosis.warning(
        "IOMMU",
        "off, or the machine has none",
        "only for VFs of programs (vfio-pci): start the kernel with intel_iommu=on iommu=pt, and"
            + " turn it on in the firmware");
  }

  private Diagnosis nft() {
    return node.hasProgram("nft")
        ? Diagnosis.ok("nft", "there")
        : Diagnosis.warning(
            "nft", "not found", "networks with ipMasq, portmap or firewall need it: nftables");
  }

  private Diagnosis shim() {
    return Files.isExecutable(node.shim())
        ? Diagnosis.ok("shim", node.shim().toString())
        : Diagnosis.fault(
            "shim",
            "%s is not there, or not executable".formatted(node.shim()),
            "the runtime executes it: run myriapod install");
  }

  /** The runtime takes the first file by name. */
  private Diagnosis order() {
    try {
      List<Path> files = node.networkConfigurations();
      if (files.isEmpty()) {
        return Diagnosis.fault(
            "CNI configuration",
            "%s has none".formatted(node.configurations()),
            "without one the node is not ready: install the cluster's network, then run myriapod install");
      }
      Path first = files.get(0);
      return isOurs(first)
          ? Diagnosis.ok("CNI configuration", first.toString())
          : Diagnosis.fault(
              "CNI configuration",
              "the runtime takes %s, which is not ours".formatted(first),
              "pods get that network alone: run myriapod install");
    } catch (IOException e) {
      return Diagnosis.fault(
          "CNI configuration",
          "%s cannot be read: %s".formatted(node.configurations(), e),
          "be root; make the folder");
    }
  }

  private boolean isOurs(Path file) throws IOException {
    JsonNode json = JSON.readTree(file.toFile());
    List<String> types = new ArrayList<>(List.of(json.path("type").asText()));
    json.path("plugins").forEach(plugin -> types.add(plugin.path("type").asText()));
    for (String type : types) {
      if (type.equals("myriapod") || type.startsWith("multus") && isTheShim(type)) {
        return true;
      }
    }
    return false;
  }

  /** On a node that Multus has left, its names may lead to us. */
  private boolean isTheShim(String type) throws IOException {
    Path program = node.shim().resolveSibling(type);
    return Files.exists(program)
        && Files.exists(node.shim())
        && Files.mismatch(program, node.shim()) == -1;
  }

  private Optional<AgentConfig> config(List<Diagnosis> all) {
    Path file = node.paths().config();
    try {
      AgentConfig config = AgentConfig.read(file);
      all.add(
          Diagnosis.ok(
              "configuration",
              Files.exists(file) ? file.toString() : file + " is not there: the defaults hold"));
      return Optional.of(config);
    } catch (CniException e) {
      all.add(Diagnosis.fault("configuration", e.getMessage(), e.details()));
      return Optional.empty();
    }
  }

  private Diagnosis agent() {
    AgentPaths paths = node.paths();
    try {
      return AgentClient.callIfThere(
              paths.socket(),
              new RequestFrame(
                  RequestId.random(),
                  PATIENCE,
                  "myriapod",
                  Map.of("CNI_COMMAND", "VERSION"),
                  ANY_VERSION))
          .map(reply -> Diagnosis.ok("agent", "answers at " + paths.socket()))
          .orElseGet(
              () ->
                  Diagnosis.fault(
                      "agent",
                      "nobody listens at %s".formatted(paths.socket()),
                      "start it, `myriapod agent`; its log says why it ended. Until then pods wait"));
    } catch (CniException e) {
      return Diagnosis.fault("agent", e.getMessage(), e.details());
    }
  }

  private Diagnosis kubelet(boolean wanted) {
    Path socket = node.paths().kubelet().resolve("pod-resources/kubelet.sock");
    if (Files.exists(socket)) {
      return Diagnosis.ok("kubelet", socket.toString());
    }
    return wanted
        ? Diagnosis.warning(
            "kubelet",
            "%s is not there".formatted(socket),
            "devices are offered to nobody: does the kubelet run, is the folder mounted?")
        : Diagnosis.ok("kubelet", "none here");
  }

  private List<Diagnosis> journal() {
    try {
      List<AttachmentRecord> records = Journal.read(node.paths().journal());
      List<Diagnosis> all = new ArrayList<>();
      all.add(Diagnosis.ok("journal", records.size() + " attachments"));
      records.stream()
          .filter(record -> record.quarantine().isPresent() || record.failure().isPresent())
          .map(
              record ->
                  Diagnosis.warning(
                      "journal",
                      "%s: %s"
                          .formatted(
                              record.key(), record.quarantine().or(record::failure).orElse("")),
                      "`myriapod why %s` tells the story"
                          .formatted(record.key().container().value())))
          .forEach(all::add);
      return all;
    } catch (JournalException e) {
      return List.of(
          Diagnosis.fault("journal", e.getMessage(), "be root; check the disk: docs/journal.md"));
    }
  }

  private Diagnosis spool() {
    try (Stream<Path> files = Files.list(node.paths().spool())) {
      long waiting = files.filter(Files::isRegularFile).count();
      return waiting == 0
          ? Diagnosis.ok("spool", "empty")
          : Diagnosis.warning(
              "spool",
              "%d DELs wait for the agent".formatted(waiting),
              "they are done before its first ADD; addresses of their pods are held until then");
    } catch (NoSuchFileException e) {
      return Diagnosis.ok("spool", "empty");
    } catch (IOException e) {
      return Diagnosis.warning("spool", e.toString(), "be root");
    }
  }

  private static Path existing(Path path) {
    return Files.exists(path) || path.getParent() == null ? path : existing(path.getParent());
  }

  private Diagnosis disk() {
    Path folder = existing(node.paths().journal());
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      return free < LEAST_FREE_BYTES
          ? Diagnosis.fault(
              "disk",
              "%d MiB free at %s".formatted(free >> 20, folder),
              "make room: ADDs are refused once the journal cannot be written")
          : Diagnosis.ok("disk", "%d MiB free".formatted(free >> 20));
    } catch (IOException e) {
      return Diagnosis.fault("disk", "%s: %s".formatted(folder, e), "make the folder");
    }
  }
}
