package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.config.Compat;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import io.myriapod.multus.plan.AttachmentPlanner.Place;
import io.myriapod.multus.port.PlanningPorts;
import io.myriapod.types.DeviceId;
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
  private final PlanningPorts ports;
  private final PodLookup pods;
  private final AttachmentPlanner attachments;

  /** Asks through these. */
  public PodPlanner(PlanningPorts ports) {
    this.cluster = ports.cluster();
    this.ports = ports;
    this.pods = new PodLookup(cluster);
    this.attachments = new AttachmentPlanner(ports);
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
    Optional<Pod> pod = ref.map(pods::find);
    PodNetworks podNetworks = new PodNetworks(config, new Networks(cluster, config, ports::onHost));
    try {
      List<WantedNetwork> wanted = podNetworks.of(pod);
      requireOneDefaultRoute(wanted, config);
      List<String> findings = new ArrayList<>(config.findings());
      findings.addAll(podNetworks.findings());
      AttachmentPlanner.requireNoFinding(findings, config);
      PodGrants grants = new PodGrants(ports.podResources(), ref);
      List<InterfaceName> names = InterfaceNaming.assign(request.interfaceName(), wanted);
      List<PlannedAttachment> planned =
          attachments.plan(wanted, names, Place.OF_A_NEW_POD, grants, request, config);
      List<DeviceId> lent = ports.mayBeLent().getAsBoolean() ? grants.all() : List.of();
      return new PodPlan(config, request, ref, planned, lent, findings);
    } catch (CniException e) {
      ref.ifPresent(it -> cluster.emit(refused(it, e)));
      throw e;
    }
  }

  private static Event refused(PodRef pod, CniException e) {
    boolean unknown = e.code() == ErrorCode.NETWORK_NOT_FOUND;
    return Event.warning(pod, unknown ? "NoNetworkFound" : Event.FAILED, e.getMessage());
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

  /** Key {@code binDir}, then {@code CNI_PATH}. */
  public static List<Path> searchPath(MultusConfig config, List<Path> cniPath) {
    Set<Path> path = new LinkedHashSet<>();
    path.add(config.places().binDir());
    path.addAll(cniPath);
    return List.copyOf(path);
  }
}
