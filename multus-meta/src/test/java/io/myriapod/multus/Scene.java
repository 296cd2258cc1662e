package io.myriapod.multus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.ForeignPlugin;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.multus.attach.DeviceInfo;
import io.myriapod.multus.port.LentDevices;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.types.ContainerId;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node with the meta-plugin, a real journal in a temporary directory and fakes for the rest.
 * Types {@code main}, {@code other} and {@code chained} are built in; any other is an executable.
 */
final class Scene implements AutoCloseable {
  static final ContainerId CONTAINER = new ContainerId("c1");
  static final InterfaceName ETH0 = new InterfaceName("eth0");

  final Path root;
  final List<String> acts = new ArrayList<>();
  final FakeCluster cluster = new FakeCluster();
  final FakePodLinks podLinks = new FakePodLinks();
  final Map<String, FakePlugin> plugins = new HashMap<>();
  final Map<String, String> executableAnswers = new HashMap<>();
  final Set<String> undoFails = new HashSet<>();
  final FakeForesight foresight = new FakeForesight();

  /** What the kubelet says; empty: there is none. */
  Optional<DeviceGrants> grants = Optional.empty();

  /** Whether any device of the node may have been given to a container. */
  boolean mayBeLent;

  /** Devices that others have. */
  final Set<String> held = new HashSet<>();

  final Journal journal;
  final MultusPorts ports;
  final MultusPlugin plugin;
  ObjectNode conf;
  String cniArgs =
      "IgnoreUnknown=1;K8S_POD_NAMESPACE=apps;K8S_POD_NAME=web-0;K8S_POD_UID=u1;"
          + "K8S_POD_INFRA_CONTAINER_ID=c1";
  Deadline deadline = Deadline.in(Duration.ofSeconds(30));

  Scene(Path root) {
    this.root = root;
    this.journal =
        Journal.open(root.resolve("journal"), "boot", file -> () -> {}, PhaseListener.NONE);
    InverseHandler links = batch -> undone(batch, FakePlugin.INVERSE);
    InverseHandler foreign = batch -> undone(batch, RanForeign.KIND);
    Undo undo =
        new Undo(
            journal,
            Map.of(
                FakePlugin.INVERSE,
                links,
                RanForeign.KIND,
                foreign,
                DeviceInfo.INVERSE_KIND,
                DeviceInfo.undo()));
    for (String type : List.of("main", "other", "chained")) {
      plugins.put(type, new FakePlugin(type, journal, acts));
    }
    this.ports =
        new MultusPorts(
            cluster,
            journal,
            undo,
            (config, searchPath) -> resolve(config),
            podLinks,
            foresight,
            pod -> grants,
            this::hold,
            new Lent(),
            root,
            () -> Optional.of("request-1"));
    this.plugin = new MultusPlugin(ports);
    this.conf =
        json(
            "{'cniVersion':'1.1.0','name':'node','type':'myriapod','clusterNetwork':'cluster',"
                + "'binDir':'"
                + root.resolve("bin")
                + "'}");
    network(
        "kube-system",
        "cluster",
        "{'cniVersion':'1.1.0','name':'cbr0','type':'main',"
            + "'ips':['10.1.0.5/24'],'gateway':'10.1.0.1','defaultRoute':['10.1.0.1']}");
    pod(Map.of());
  }

  /** The kubelet gave the pod these devices of a resource, which hands out all of the pool. */
  void kubeletGaveThePod(String resource, Set<String> pool, String... devices) {
    grants =
        Optional.of(
            new DeviceGrants(
                List.of(DeviceGrants.Share.of("app", resource, List.of(devices))),
                Map.of(resource, DeviceGrants.ids(pool))));
  }

  /** As the agent does it, without the lock. */
  private void hold(DeviceId device, OpenRecord steps) {
    if (held.contains(device.value())) {
      throw new CniException(ErrorCode.TRY_AGAIN_LATER, "take device " + device, "wait");
    }
    steps.fact(AttachmentRecord.DEVICE, TextNode.valueOf(device.value()));
  }

  private Plugin resolve(NetworkConfig config) {
    return plugins.containsKey(config.type())
        ? plugins.get(config.type())
        : new ForeignPlugin(config.type(), this::launch);
  }

  private Launcher.Outcome launch(
      Path program, Map<String, String> environment, byte[] stdin, Deadline until) {
    String type = program.getFileName().toString();
    acts.add(
        "exec %s %s %s %s"
            .formatted(
                environment.get("CNI_COMMAND"),
                type,
                environment.get("CNI_IFNAME"),
                new String(stdin, StandardCharsets.UTF_8)));
    String answer = executableAnswers.getOrDefault(type, "{'cniVersion':'1.0.0'}");
    return new Launcher.Outcome(
        answer.contains("'code'") ? 1 : 0,
        answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
        new byte[0]);
  }

  private Map<PendingInverse, String> undone(List<PendingInverse> batch, String kind) {
    Map<PendingInverse, String> failed = new HashMap<>();
    for (PendingInverse one : batch) {
      String name = one.key().interfaceName().value();
      if (undoFails.contains(name)) {
        failed.put(one, "stuck on purpose");
      }
      if (kind.equals(RanForeign.KIND)) {
        acts.add("DEL %s %s".formatted(name, RanForeign.from(one.inverse()).configJson()));
      } else {
        acts.add("undo %s %s".formatted(one.inverse().data().path("type").asText(), name));
      }
    }
    return failed;
  }

  void network(String namespace, String name, String config) {
    cluster.networks.put(
        namespace + "/" + name,
        new NetworkAttachmentDefinition(
            namespace, name, Optional.of(config.replace('\'', '"')), Optional.empty()));
  }

  /** The same, of a definition whose pods get devices of that resource. */
  void network(String namespace, String name, String config, String resource) {
    cluster.networks.put(
        namespace + "/" + name,
        new NetworkAttachmentDefinition(
            namespace, name, Optional.of(config.replace('\'', '"')), Optional.of(resource)));
  }

  void pod(Map<String, String> annotations) {
    cluster.pods.put("apps/web-0", new Pod("apps", "web-0", Optional.of("u1"), annotations));
  }

  /** Has the pod ask for these networks; single quotes stand for double ones. */
  void asksFor(String networks) {
    pod(Map.of("k8s.v1.cni.cncf.io/networks", networks.replace('\'', '"')));
  }

  void set(String key, String value) {
    conf.set(key, Json.parse(value.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "value"));
  }

  void executable(String type) {
    try {
      Path bin = Files.createDirectories(root.resolve("bin"));
      Files.createFile(
          bin.resolve(type),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void file(String path, String text) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PluginRequest request() {
    return new PluginRequest(
        CONTAINER,
        ETH0,
        Optional.of(Path.of("/run/netns/pod")),
        CniArgs.parse(cniArgs),
        NetworkConfig.of(conf),
        Optional.empty(),
        deadline,
        List.of());
  }

  CniResult add() {
    return plugin.add(request());
  }

  /** The error of an ADD that must fail. */
  CniException refusal() {
    try {
      add();
    } catch (CniException e) {
      return e;
    }
    throw new AssertionError("ADD succeeded: " + acts);
  }

  void delete() {
    plugin.delete(request());
  }

  void check() {
    plugin.check(request());
  }

  void gc(Attachment... valid) {
    plugin.gc(new GcRequest(NetworkConfig.of(conf), Set.of(valid), deadline, List.of()));
  }

  void status() {
    plugin.status(new StatusRequest(NetworkConfig.of(conf), deadline, List.of()));
  }

  List<NetworkStatus> published() {
    return cluster.statuses.getOrDefault("apps/web-0", List.of());
  }

  /** The networks in it, in its order. */
  List<String> publishedNames() {
    return published().stream().map(NetworkStatus::name).toList();
  }

  List<String> actsOf(String verb) {
    return acts.stream().filter(act -> act.startsWith(verb + " ")).toList();
  }

  private static ObjectNode json(String text) {
    return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test");
  }

  @Override
  public void close() {
    journal.close();
  }

  /** What the kubelet gave to containers, recorded and nothing else. */
  private final class Lent implements LentDevices {
    @Override
    public boolean mayBeAny() {
      return mayBeLent;
    }

    @Override
    public void takeOver(Collection<DeviceId> devices, OpenRecord steps, Deadline deadline) {
      if (!devices.isEmpty()) {
        ArrayNode ids = JsonNodeFactory.instance.arrayNode();
        devices.forEach(device -> ids.add(device.value()));
        steps.fact(AttachmentRecord.LENT, ids);
      }
    }
  }
}
