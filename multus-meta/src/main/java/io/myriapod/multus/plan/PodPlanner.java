package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.config.Compat;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.ConfigBudget;
import io.myriapod.multus.network.Networks;
import io.myriapod.types.InterfaceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Works out what an ADD will do. Touches nothing. */
public final class PodPlanner {
  private final Cluster cluster;
  private final UnaryOperator<Path> onHost;

  /**
   * @param onHost the place of an absolute path of the configuration
   */
  public PodPlanner(Cluster cluster, UnaryOperator<Path> onHost) {
    this.cluster = cluster;
    this.onHost = onHost;
  }

  /**
   * The plan of this request.
   *
   * @throws CniException with the code of what stands in the way: 4, 7, 11, 110, 111, 112
   */
  public PodPlan plan(PluginRequest request, MultusConfig config) {
    requireReady(config);
    Optional<PodRef> ref = PodIdentity.of(request.args());
    Optional<Pod> pod = ref.map(this::findPod);
    PodNetworks podNetworks = new PodNetworks(config, new Networks(cluster, config, onHost));
    try {
      List<WantedNetwork> wanted = podNetworks.of(pod);
      requireOneDefaultRoute(wanted, config);
      List<String> findings = new ArrayList<>(config.findings());
      findings.addAll(podNetworks.findings());
      requireNoFinding(findings, config);
      return new PodPlan(config, ref, attachments(wanted, request, config), findings);
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
        .filter(file -> !Files.exists(onHost.apply(file)))
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

  private static List<PlannedAttachment> attachments(
      List<WantedNetwork> wanted, PluginRequest request, MultusConfig config) {
    if (config.compat() == Compat.NPWG) {
      wanted.forEach(CapabilityCheck::require);
    }
    List<InterfaceName> names = InterfaceNaming.assign(request.interfaceName(), wanted);
    List<PlannedAttachment> attachments = new ArrayList<>();
    ConfigBudget arguments = new ConfigBudget("cni-args");
    for (int i = 0; i < wanted.size(); i++) {
      WantedNetwork network = wanted.get(i);
      network.spendArguments(arguments);
      ChainCall call = call(i == 0, network, names.get(i), request, config);
      attachments.add(new PlannedAttachment(i, network.delegate(), network.options(), call));
    }
    return attachments;
  }

  private static ChainCall call(
      boolean isDefault,
      WantedNetwork network,
      InterfaceName name,
      PluginRequest request,
      MultusConfig config) {
    return new ChainCall(
        CallArguments.withCniArgs(network.delegate().list(), network.options()),
        request.container(),
        name,
        request.netns(),
        CallArguments.args(isDefault, request.args(), network.options(), config.compat()),
        CallArguments.capabilityArgs(isDefault, request.config(), network.options()),
        request.deadline(),
        searchPath(config, request.searchPath()),
        request.caller());
  }

  /** Key {@code binDir}, then {@code CNI_PATH}. */
  public static List<Path> searchPath(MultusConfig config, List<Path> cniPath) {
    Set<Path> path = new LinkedHashSet<>();
    path.add(config.places().binDir());
    path.addAll(cniPath);
    return List.copyOf(path);
  }
}
