package io.myriapod.multus.plan;

import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.annotation.NetworkSelection;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.Networks;
import io.myriapod.multus.port.PlanningPorts;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Works out what is to be done to the networks of a pod that runs. Touches nothing. */
public final class ChangePlanner {
  private final PlanningPorts ports;
  private final PodLookup pods;
  private final AttachmentPlanner attachments;

  /** Asks through these. */
  public ChangePlanner(PlanningPorts ports) {
    this.ports = ports;
    this.pods = new PodLookup(ports.cluster());
    this.attachments = new AttachmentPlanner(ports);
  }

  /**
   * What a pod uses already.
   *
   * @param names of interfaces, whoever made them
   * @param devices of networks that stay
   * @param nextOrder place of the next network among the pod's
   */
  public record InUse(Set<String> names, Set<DeviceId> devices, int nextOrder) {
    /** Copies the sets. */
    public InUse {
      names = Set.copyOf(names);
      devices = Set.copyOf(devices);
    }
  }

  /**
   * How the annotation differs from what stands. Definitions are not looked up: one that was
   * deleted or changed since does not move what stands. Before anything goes the cluster is asked
   * what it has now: its list may come from a server that lags behind.
   *
   * @throws CniException 7 for the annotation, 11 if the cluster cannot be asked, 110 if it does
   *     not know the pod any more
   */
  public PodDifference difference(MultusConfig config, PodRef ref, List<StandingNetwork> standing) {
    PodDifference difference = difference(pods.find(ref), config, standing);
    return difference.removed().isEmpty()
        ? difference
        : difference(pods.read(ref), config, standing);
  }

  private PodDifference difference(Pod pod, MultusConfig config, List<StandingNetwork> standing) {
    PodNetworks networks = networks(config);
    List<NetworkSelection> wanted = networks.asked(Optional.of(pod));
    return PodDifference.of(pod, wanted, standing, networks.findings());
  }

  /**
   * How to attach what is new.
   *
   * @throws CniException as {@link PodPlanner#plan}, and 2 for a default route: one that runs
   *     through a network of a running pod is not moved
   */
  public PodPlan plan(
      PodDifference difference, InUse inUse, PluginRequest request, MultusConfig config) {
    PodNetworks networks = networks(config);
    List<WantedNetwork> wanted = new ArrayList<>();
    difference.added().forEach(one -> wanted.add(networks.selected(one, difference.pod())));
    wanted.forEach(ChangePlanner::requireNoDefaultRoute);
    List<String> findings = new ArrayList<>(config.findings());
    findings.addAll(difference.findings());
    AttachmentPlanner.requireNoFinding(findings, config);
    List<InterfaceName> names = InterfaceNaming.lowestFree(inUse.names(), wanted);
    return plan(wanted, names, inUse, request, config, findings);
  }

  /**
   * How to attach one network whose configuration somebody else has made ready.
   *
   * @throws CniException as {@link PodPlanner#plan}
   */
  public PodPlan given(
      NetworkList list,
      InterfaceName name,
      SelectionOptions options,
      InUse inUse,
      PluginRequest request,
      MultusConfig config) {
    WantedNetwork network = WantedNetwork.given(Networks.inlined(list), options);
    return plan(List.of(network), List.of(name), inUse, request, config, List.of());
  }

  private PodPlan plan(
      List<WantedNetwork> wanted,
      List<InterfaceName> names,
      InUse inUse,
      PluginRequest request,
      MultusConfig config,
      List<String> findings) {
    Optional<PodRef> ref = PodIdentity.of(request.args());
    PodGrants grants = new PodGrants(ports.podResources(), ref);
    AttachmentPlanner.Place place = new AttachmentPlanner.Place(inUse.nextOrder(), inUse.devices());
    return new PodPlan(
        config,
        request,
        ref,
        attachments.plan(wanted, names, place, grants, request, config),
        List.of(),
        findings);
  }

  private PodNetworks networks(MultusConfig config) {
    return new PodNetworks(config, new Networks(ports.cluster(), config, ports::onHost));
  }

  private static void requireNoDefaultRoute(WantedNetwork network) {
    if (network.options().defaultRoute().isPresent()) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          "network \"%s\": \"default-route\" cannot be moved while the pod runs"
              .formatted(network.delegate().name()),
          "restart the pod, or leave \"default-route\" out of the annotation");
    }
  }
}
