package io.myriapod.agent.forecast;

import io.myriapod.agent.forecast.Forecast.Attachment;
import io.myriapod.agent.forecast.Forecast.Note;
import io.myriapod.agent.inspection.PluginInspection;
import io.myriapod.agent.inspection.Remark;
import io.myriapod.agent.inspection.Severity;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.directory.ManifestCluster;
import io.myriapod.kubernetes.directory.PlacedObject;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodPlan;
import io.myriapod.multus.plan.PodPlanner;
import io.myriapod.multus.port.PlanningPorts;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out what an ADD of each pod would do, by the planner that an ADD uses. */
public final class Forecaster {
  private static final ContainerId CONTAINER = new ContainerId("CONTAINER-ID");
  private static final Path NETNS = Path.of("/run/netns/POD");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ManifestSet manifests;
  private final ManifestCluster cluster;
  private final NodeConfig node;
  private final Path root;

  /**
   * @param root what files of the node are below, for networks that are in such
   * @throws IllegalArgumentException that says what is wrong with a manifest
   */
  public Forecaster(ManifestSet manifests, NodeConfig node, Path root) {
    this.manifests = manifests;
    this.cluster = new ManifestCluster(manifests.objects());
    this.node = node;
    this.root = root;
  }

  /** Of every pod, in the order of the files. */
  public List<Forecast> all() {
    return manifests.objects().stream()
        .flatMap(object -> object.pod().map(pod -> of(object, pod)).stream())
        .toList();
  }

  private Forecast of(PlacedObject object, Pod pod) {
    List<Note> notes = new ArrayList<>();
    node.warnings().forEach(warning -> notes.add(warning("", warning)));
    List<Attachment> attachments = new ArrayList<>();
    Optional<CniException> error = Optional.empty();
    try {
      Optional<NetworkConfig> own = node.own();
      if (object.json().at("/spec/hostNetwork").asBoolean()) {
        notes.add(warning("", "\"hostNetwork\": the runtime calls no plugin for this pod"));
      } else if (own.isEmpty()) {
        alone(pod, attachments, notes);
      } else {
        planned(own.get(), object, pod, attachments, notes);
      }
    } catch (CniException e) {
      error = Optional.of(e);
    }
    return new Forecast(
        pod.namespace() + "/" + pod.name(), node.source(), attachments, notes, error);
  }

  private static Note warning(String network, String message) {
    return new Note(network, Severity.WARNING, message, "");
  }

  /** The runtime's network is not ours: nobody looks at the annotations. */
  private void alone(Pod pod, List<Attachment> attachments, List<Note> notes) {
    notes.add(
        warning(
            "",
            "%s has no plugin of type \"myriapod\" or \"multus\": annotations of pods have no effect"
                .formatted(node.source())));
    boolean loopback =
        node.list().plugins().stream().allMatch(plugin -> plugin.type().equals("loopback"));
    ChainCall call =
        new ChainCall(
            node.list(),
            CONTAINER,
            new InterfaceName(loopback ? "lo" : "eth0"),
            Optional.of(NETNS),
            args(pod),
            Map.of(),
            Deadline.in(PATIENCE),
            List.of(),
            CallerEnvironment.none());
    attachments.add(Attachments.of(0, node.list().name(), node.source(), call));
    inspect(call, "network \"%s\"".formatted(node.list().name()), node.list().name(), notes);
  }

  private void planned(
      NetworkConfig own,
      PlacedObject object,
      Pod pod,
      List<Attachment> attachments,
      List<Note> notes) {
    PodPlan plan = plan(own, object, pod);
    plan.findings().forEach(finding -> notes.add(warning("", finding)));
    SourceNames sources = new SourceNames(manifests, node, plan.config());
    for (PlannedAttachment each : plan.attachments()) {
      attachments.add(Attachments.of(each, sources.of(each.delegate())));
    }
    List<PlannedAttachment> known =
        plan.attachments().subList(node.isPlaceholder() ? 1 : 0, plan.attachments().size());
    for (PlannedAttachment each : known) {
      inspect(each.call(), "attach " + each.shown(), each.delegate().name(), notes);
    }
  }

  private PodPlan plan(NetworkConfig own, PlacedObject object, Pod pod) {
    PlanningPorts ports =
        new PlanningPorts(
            cluster, new StatedDevices(), new PromisedDevices(object), () -> false, root);
    PluginRequest request =
        new PluginRequest(
            CONTAINER,
            new InterfaceName("eth0"),
            Optional.of(NETNS),
            args(pod),
            own,
            Optional.empty(),
            Deadline.in(PATIENCE),
            List.of());
    return new PodPlanner(ports).plan(request, MultusConfig.parse(own));
  }

  /** As containerd sets it. */
  private static CniArgs args(Pod pod) {
    CniArgs args =
        CniArgs.empty()
            .with("IgnoreUnknown", "1")
            .with("K8S_POD_NAMESPACE", pod.namespace())
            .with("K8S_POD_NAME", pod.name())
            .with("K8S_POD_INFRA_CONTAINER_ID", CONTAINER.value());
    return pod.uid().map(uid -> args.with("K8S_POD_UID", uid)).orElse(args);
  }

  /** The first error is the ADD's. */
  private static void inspect(ChainCall call, String attempt, String network, List<Note> notes) {
    for (int i = 0; i < call.list().plugins().size(); i++) {
      PluginRequest request = PromisedDevices.readable(call.request(i, Optional.empty()));
      for (Remark remark : PluginInspection.of(request)) {
        if (remark.cause().isPresent()) {
          throw remark.cause().get().during(attempt);
        }
        notes.add(new Note(network, remark.severity(), remark.message(), remark.details()));
      }
    }
  }
}
