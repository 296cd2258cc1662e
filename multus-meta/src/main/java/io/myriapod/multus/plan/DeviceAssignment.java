package io.myriapod.multus.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.kubernetes.NetworkAttachmentDefinition;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.multus.config.Compat;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gives the networks of one pod their devices: the one that the annotation names, else the next of
 * those that the kubelet gave the pod for the definition's resource, in the order of the networks.
 */
final class DeviceAssignment {
  private final PodGrants grants;
  private final Compat compat;
  private final Set<DeviceId> used = new HashSet<>();

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

  private Optional<DeviceId> device(WantedNetwork network) {
    Optional<DeviceId> named = named(network);
    named.ifPresent(device -> requireGranted(network, device));
    return named.or(
        () -> network.delegate().resourceName().flatMap(resource -> next(network, resource)));
  }

  /** As Multus has it, the annotation's device only goes to plugins with that capability. */
  private Optional<DeviceId> named(WantedNetwork network) {
    return compat == Compat.MULTUS ? Optional.empty() : network.options().deviceId();
  }

  /** Of those that the kubelet gave the pod; where it gives none, of the network's own choice. */
  private void requireGranted(WantedNetwork network, DeviceId device) {
    Optional<String> resource = network.delegate().resourceName();
    Optional<DeviceGrants> known = grants.get();
    if (known.isEmpty() || resource.isEmpty()) {
      requireNotPinned(network, device);
    }
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
                  Quoted.shortened(device.value()),
                  resource.map(" as \"%s\""::formatted).orElse("")),
          "request the resource in the pod's containers, or leave \"deviceID\" out of the annotation");
    }
  }

  /** What the one who defined the network has chosen is not the pod's to choose. */
  private static void requireNotPinned(WantedNetwork network, DeviceId device) {
    pins(network)
        .filter(pinned -> !DeviceId.of(pinned).equals(Optional.of(device)))
        .findFirst()
        .ifPresent(
            pinned -> {
              throw new CniException(
                  ErrorCode.INVALID_CONFIG,
                  "network \"%s\": the annotation names device %s, and the network itself %s"
                      .formatted(
                          network.delegate().name(),
                          Quoted.shortened(device.value()),
                          Quoted.shortened(pinned)),
                  "leave \"deviceID\" out of the annotation, or ask for another network");
            });
  }

  /** The devices that the network's own plugins name. */
  private static Stream<String> pins(WantedNetwork network) {
    return network.delegate().list().plugins().stream()
        .flatMap(plugin -> Stream.of("deviceID", "pciBusID").map(key -> text(plugin, key)))
        .filter(text -> !text.isEmpty());
  }

  private static String text(NetworkConfig plugin, String key) {
    return GoKeys.find(plugin.json(), key).map(JsonNode::asText).orElse("");
  }

  private Optional<DeviceId> next(WantedNetwork network, String resource) {
    Optional<DeviceGrants> known = grants.get();
    if (known.isPresent()) {
      List<DeviceId> own = known.get().of(resource);
      Optional<DeviceId> free = own.stream().filter(used::add).findFirst();
      return Optional.of(free.orElseThrow(() -> usedUp(network, resource, own.size())));
    }
    if (pins(network).findFirst().isEmpty()) {
      throw new CniException(
          ErrorCode.DEVICE_NOT_GRANTED,
          "network \"%s\": its %s is %s, and no kubelet tells this agent which devices a pod has"
              .formatted(
                  network.delegate().name(),
                  NetworkAttachmentDefinition.RESOURCE_NAME_ANNOTATION,
                  Quoted.shortened(resource)),
          "name the device: \"deviceID\" in the pod's annotation, or in the network's config");
    }
    return Optional.empty();
  }

  private static CniException usedUp(WantedNetwork network, String resource, int number) {
    return new CniException(
        ErrorCode.DEVICE_NOT_GRANTED,
        "network \"%s\": no device of %s is left for it: the kubelet gave the pod %d"
            .formatted(network.delegate().name(), Quoted.shortened(resource), number),
        "request as many of the resource in the pod's containers as its networks use");
  }
}
