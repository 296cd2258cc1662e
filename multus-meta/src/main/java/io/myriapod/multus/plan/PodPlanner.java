package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.multus.config.Compat;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.ConfigBudget;
import io.myriapod.multus.network.Delegate;
import io.myriapod.multus.network.Networks;
import io.myriapod.multus.port.MultusPorts;
import io.myriapod.types.InterfaceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Works out what an ADD will do. Touches nothing. */
public final class PodPlanner {
  private final Cluster cluster;
  private final MultusPorts ports;
  private final DeviceInfoFiles deviceInfo;

  /** Asks through these. */
  public PodPlanner(MultusPorts ports) {
    this.cluster = ports.cluster();
    this.ports = ports;
    this.deviceInfo = ports.deviceInfo();
  }

  /**
   * The plan of this request.
   *
   * @throws CniException with the code of what stands in the way: 4, 7, 11, 110, 111, 112, 116, and
   *     what plugins say of devices: 100, 113
   */
  public PodPlan plan(PluginRequest request, MultusConfig config) {
    requireReady(config);
    Optional<PodRef> ref = PodIdentity.of(request.args());
    Optional<Pod> pod = ref.map(this::findPod);
    PodNetworks podNetworks = new PodNetworks(config, new Networks(cluster, config, ports::onHost));
    try {
      List<WantedNetwork> wanted = podNetworks.of(pod);
      requireOneDefaultRoute(wanted, config);
      List<String> findings = new ArrayList<>(config.findings());
      findings.addAll(podNetworks.findings());
      requireNoFinding(findings, config);
      return new PodPlan(config, ref, attachments(wanted, ref, request, config), findings);
    } catch (CniException e) {
      if (e.code() == ErrorCode.NETWORK_NOT_FOUND) {
        ref.ifPresent(it -> cluster.emit(Event.warning(it, "NoNetworkFound", e.getMessage())));
      }
      throw e;
    }
  }

  private void requireReady(MultusConfig config) {
    config
        .places()
        .readinessFile()
        .filter(file -> !Files.exists(ports.onHost(file)))
        .ifPresent(
            file -> {
              throw new CniException(
                  ErrorCode.TRY_AGAIN_LATER,
                  "the default network is not ready: there is no %s".formatted(file),
                  "\"readinessindicatorfile\" names a file that the default network's agent makes");
            });
  }

  private Pod findPod(PodRef ref) {
    Optional<Pod> found;
    try {
      found = cluster.findPod(ref.namespace(), ref.name());
    } catch (ClusterException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "look up pod \"%s\": %s".formatted(ref, e.getMessage()),
          "the pod is tried again until the cluster can be asked",
          e);
    }
    if (found.isEmpty()) {
      throw new CniException(
          ErrorCode.POD_NOT_FOUND,
          "look up pod \"%s\": the cluster has none".formatted(ref),
          "a pod is never started without the networks that it may ask for");
    }
    if (!found.get().mayBe(ref.uid())) {
      throw new CniException(
          ErrorCode.POD_NOT_FOUND,
          "look up pod \"%s\": its uid is %s, the runtime's is %s"
              .formatted(ref, found.get().uid().orElse(""), ref.uid().orElse("")),
          "the pod was replaced by one of the same name");
    }
    return found.get();
  }

  /** Over both annotations together; each alone was checked when it was read. */
  private static void requireOneDefaultRoute(List<WantedNetwork> wanted, MultusConfig config) {
    List<String> names =
        wanted.stream()
            .filter(network -> network.options().defaultRoute().isPresent())
            .map(network -> network.delegate().name())
            .toList();
    if (names.size() > 1 && config.compat() == Compat.NPWG) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "\"default-route\" stands on %s: want one network only"
              .formatted(String.join(" and ", names)),
          "correct the annotations of the pod");
    }
  }

  private static void requireNoFinding(List<String> findings, MultusConfig config) {
    if (config.strict() && !findings.isEmpty()) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          findings.get(0) + ", and \"strict\" is true",
          "all findings: " + String.join("; ", findings));
    }
  }

  private List<PlannedAttachment> attachments(
      List<WantedNetwork> wanted,
      Optional<PodRef> pod,
      PluginRequest request,
      MultusConfig config) {
    if (config.compat() == Compat.NPWG) {
      wanted.forEach(CapabilityCheck::require);
    }
    PodGrants grants = new PodGrants(ports.podResources(), pod);
    List<WantedNetwork> networks = new DeviceAssignment(grants, config.compat()).of(wanted);
    TakenDevices devices = new TakenDevices(grants, ports.foresight());
    List<InterfaceName> names = InterfaceNaming.assign(request.interfaceName(), networks);
    List<PlannedAttachment> attachments = new ArrayList<>();
    ConfigBudget arguments = new ConfigBudget("cni-args");
    for (int i = 0; i < networks.size(); i++) {
      WantedNetwork network = networks.get(i);
      network.spendArguments(arguments);
      attachments.add(planned(i, network, names.get(i), request, config).on(devices, network));
    }
    return attachments;
  }

  private PlannedAttachment planned(
      int order,
      WantedNetwork network,
      InterfaceName name,
      PluginRequest request,
      MultusConfig config) {
    Delegate delegate = network.delegate();
    NetworkList list =
        CallArguments.withDevice(
            CallArguments.withCniArgs(delegate.list(), network.options()), network.device());
    boolean isDefault = order == 0;
    Optional<Path> file =
        Optional.of(deviceInfo.ofAttachment(delegate.name(), request.container(), name))
            .filter(path -> network.device().isPresent() || CallArguments.wantsDeviceInfo(list));
    ChainCall call =
        new ChainCall(
            list,
            request.container(),
            name,
            request.netns(),
            CallArguments.args(isDefault, request.args(), network.options(), config.compat()),
            CallArguments.capabilityArgs(isDefault, request.config(), network, file),
            request.deadline(),
            searchPath(config, request.searchPath()),
            request.caller());
    return new PlannedAttachment(order, delegate, network.options(), call, Optional.empty(), file);
  }

  /** Key {@code binDir}, then {@code CNI_PATH}. */
  public static List<Path> searchPath(MultusConfig config, List<Path> cniPath) {
    Set<Path> path = new LinkedHashSet<>();
    path.add(config.places().binDir());
    path.addAll(cniPath);
    return List.copyOf(path);
  }
}
