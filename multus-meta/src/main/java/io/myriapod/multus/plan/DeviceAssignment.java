package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.multus.config.Compat;
import io.myriapod.types.PciAddress;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the networks of one pod their devices: the one that the annotation names, else the next of
 * those that the kubelet gave the pod for the definition's resource, in the order of the networks.
 */
final class DeviceAssignment {
  private final PodGrants grants;
  private final Compat compat;
  private final Set<String> used = new HashSet<>();

  DeviceAssignment(PodGrants grants, Compat compat) {
    this.grants = grants;
    this.compat = compat;
  }

  /**
   * The same networks, with their devices.
   *
   * @throws CniException 116 if the kubelet has not given the pod what it would need
   */
  List<WantedNetwork> of(List<WantedNetwork> wanted) {
    wanted.forEach(network -> named(network).ifPresent(used::add));
    List<WantedNetwork> assigned = new ArrayList<>();
    for (WantedNetwork network : wanted) {
      assigned.add(device(network).map(network::withDevice).orElse(network));
    }
    return assigned;
  }

  private Optional<String> device(WantedNetwork network) {
    Optional<String> named = named(network);
    named.ifPresent(device -> requireGranted(network, device));
    return named.or(
        () -> network.delegate().resourceName().flatMap(resource -> next(network, resource)));
  }

  /** As Multus has it, the annotation's device only goes to plugins with that capability. */
  private Optional<String> named(WantedNetwork network) {
    return compat == Compat.MULTUS ? Optional.empty() : named(network.options());
  }

  /** The device that the annotation names; a PCI address as sysfs writes it. */
  static Optional<String> named(SelectionOptions options) {
    return options.deviceId().map(id -> PciAddress.of(id).map(PciAddress::value).orElse(id));
  }

  private void requireGranted(WantedNetwork network, String device) {
    Optional<String> resource = network.delegate().resourceName();
    Optional<DeviceGrants> known = grants.get();
    boolean granted =
        known
            .map(
                all ->
                    resource.map(all::of).map(own -> own.contains(device)).orElse(all.has(device)))
            .orElse(true);
    if (!granted) {
      throw new CniException(
          ErrorCode.DEVICE_NOT_GRANTED,
          "network \"%s\": the annotation names device %s, which the kubelet has not given to the pod%s"
              .formatted(
                  network.delegate().name(),
                  Quoted.shortened(device),
                  resource.map(" as \"%s\""::formatted).orElse("")),
          "request the resource in the pod's containers, or leave \"deviceID\" out of the annotation");
    }
  }

  private Optional<String> next(WantedNetwork network, String resource) {
    Optional<DeviceGrants> known = grants.get();
    if (known.isEmpty()) {
      requirePinned(network, resource);
      return Optional.empty();
    }
    List<String> own = known.get().of(resource);
    Optional<String> free = own.stream().filter(used::add).findFirst();
    return Optional.of(free.orElseThrow(() -> usedUp(network, resource, own.size())));
  }

  /** Without a kubelet the definition's own config may name the device. */
  private static void requirePinned(WantedNetwork network, String resource) {
    boolean pinned =
        network.delegate().list().plugins().stream()
            .anyMatch(
                plugin ->
                    GoKeys.find(plugin.json(), "deviceID").isPresent()
                        || GoKeys.find(plugin.json(), "pciBusID").isPresent());
    if (!pinned) {
      throw new CniException(
          ErrorCode.DEVICE_NOT_GRANTED,
          "network \"%s\": its %s is %s, and no kubelet on this node hands out devices"
              .formatted(
                  network.delegate().name(),
                  NetworkAttachmentDefinition.RESOURCE_NAME_ANNOTATION,
                  Quoted.shortened(resource)),
          "name the device: \"deviceID\" in the pod's annotation, or in the network's config");
    }
  }

  private static CniException usedUp(WantedNetwork network, String resource, int number) {
    return new CniException(
        ErrorCode.DEVICE_NOT_GRANTED,
        "network \"%s\": no device of %s is left for it: the kubelet gave the pod %d"
            .formatted(network.delegate().name(), Quoted.shortened(resource), number),
        "request as many of the resource in the pod's containers as its networks use");
  }
}
