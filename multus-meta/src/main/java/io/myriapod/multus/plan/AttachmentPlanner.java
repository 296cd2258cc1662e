package io.myriapod.multus.plan;

import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.device.DeviceInfoFiles;
import io.myriapod.multus.config.Compat;
import io.myriapod.multus.config.MultusConfig;
import io.myriapod.multus.network.ConfigBudget;
import io.myriapod.multus.network.Delegate;
import io.myriapod.multus.port.PlanningPorts;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From networks that a pod shall have to the calls of their plugins, with their devices. */
final class AttachmentPlanner {
  private final PlanningPorts ports;
  private final DeviceInfoFiles deviceInfo;

  AttachmentPlanner(PlanningPorts ports) {
    this.ports = ports;
    this.deviceInfo = ports.deviceInfo();
  }

  /**
   * What is there already when networks are planned.
   *
   * @param firstOrder place of the first one among the pod's networks
   * @param devices that other networks of the pod have
   */
  record Place(int firstOrder, Set<DeviceId> devices) {
    static final Place OF_A_NEW_POD = new Place(0, Set.of());
  }

  /**
   * The attachments in the order of the networks.
   *
   * @param names of the interfaces, one for each
   * @throws CniException as {@link PodPlanner#plan} says
   */
  List<PlannedAttachment> plan(
      List<WantedNetwork> wanted,
      List<InterfaceName> names,
      Place place,
      PodGrants grants,
      PluginRequest request,
      MultusConfig config) {
    if (config.compat() == Compat.NPWG) {
      wanted.forEach(CapabilityCheck::require);
    }
    List<WantedNetwork> networks =
        new DeviceAssignment(grants, config.compat(), place.devices()).of(wanted);
    TakenDevices devices = new TakenDevices(grants, ports.foresight(), place.devices());
    List<PlannedAttachment> attachments = new ArrayList<>();
    ConfigBudget arguments = new ConfigBudget("cni-args");
    for (int i = 0; i < networks.size(); i++) {
      WantedNetwork network = networks.get(i);
      network.spendArguments(arguments);
      attachments.add(
          planned(place.firstOrder() + i, network, names.get(i), request, config)
              .on(devices, network));
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
            PodPlanner.searchPath(config, request.searchPath()),
            request.caller());
    return new PlannedAttachment(
        order, delegate, network.element(), network.options(), call, Optional.empty(), file);
  }

  /** What has no effect is an error if the configuration says so. */
  static void requireNoFinding(List<String> findings, MultusConfig config) {
    if (config.strict() && !findings.isEmpty()) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          findings.get(0) + ", and \"strict\" is true",
          "all findings: " + String.join("; ", findings));
    }
  }
}
