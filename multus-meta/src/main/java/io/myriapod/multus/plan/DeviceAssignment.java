package io.myriapod.multus.plan;

import static io.myriapod.kubernetes.NetworkAttachmentDefinition.RESOURCE_NAME_ANNOTATION;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.kubernetes.annotation.DeviceChoice.Placed;
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
 * Gives the networks of one pod their devices. Those that the annotation chooses go first: by name
 * or index, then the next of a container. The others get the next of those that the kubelet gave
 * the pod for the definition's resource, in the order of the networks.
 */
final class DeviceAssignment {
  private final PodGrants grants;
  private final Compat compat;
  private final Set<DeviceId> used;

  /**
   * @param used devices that other networks of the pod have
   */
  DeviceAssignment(PodGrants grants, Compat compat, Set<DeviceId> used) {
    this.grants = grants;
    this.compat = compat;
    this.used = new HashSet<>(used);
  }

  /** What a network wants of which any device will do. */
  private record Wish(String resource, Optional<String> container) {}

  /**
   * The same networks, with their devices.
   *
   * @throws CniException 116 if the kubelet has not given the pod what it would need, 7 if the
   *     annotation contradicts the network
   */
  List<WantedNetwork> of(List<WantedNetwork> wanted) {
    List<WantedNetwork> networks = new ArrayList<>(wanted);
    networks.replaceAll(network -> chosen(network).map(network::withDevice).orElse(network));
    networks.forEach(network -> network.device().ifPresent(used::add));
    assignNext(networks, true);
    assignNext(networks, false);
    return networks;
  }

  /** The very device that the annotation chooses, if it chooses one. */
  private Optional<DeviceId> chosen(WantedNetwork network) {
    Optional<DeviceId> named = named(network);
    named.ifPresent(device -> requireGranted(network, device));
    return named.or(
        () ->
            network
                .options()
                .devicePlace()
                .flatMap(place -> place.index().map(index -> at(network, place, index))));
  }

  private DeviceId at(WantedNetwork network, Placed place, int index) {
    return share(network, resource(network)).at(place.container(), index);
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

  /** What it still wants; empty if it has its device, or wants none. */
  private static Optional<Wish> wish(WantedNetwork network) {
    if (network.device().isPresent()) {
      return Optional.empty();
    }
    Optional<Placed> place = network.options().devicePlace();
    return place.isPresent()
        ? Optional.of(new Wish(resource(network), place.get().container()))
        : network.delegate().resourceName().map(name -> new Wish(name, Optional.empty()));
  }

  private void assignNext(List<WantedNetwork> networks, boolean ofOneContainer) {
    for (int i = 0; i < networks.size(); i++) {
      WantedNetwork network = networks.get(i);
      Optional<Wish> wish = wish(network);
      if (wish.isPresent() && wish.get().container().isPresent() == ofOneContainer) {
        long wanting = networks.stream().filter(other -> wish(other).equals(wish)).count();
        Optional<DeviceId> device = next(network, wish.get(), wanting);
        device.ifPresent(used::add);
        networks.set(i, device.map(network::withDevice).orElse(network));
      }
    }
  }

  /** Where no kubelet gives any, a network may have its own. */
  private Optional<DeviceId> next(WantedNetwork network, Wish wish, long wanting) {
    boolean ownWillDo = wish.container().isEmpty() && pins(network).findFirst().isPresent();
    if (grants.get().isEmpty() && ownWillDo) {
      return Optional.empty();
    }
    return Optional.of(share(network, wish.resource()).next(wish.container(), used, wanting));
  }

  private ResourceShare share(WantedNetwork network, String resource) {
    String name = network.delegate().name();
    return grants
        .get()
        .map(known -> new ResourceShare(name, resource, known))
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.DEVICE_NOT_GRANTED,
                    "network \"%s\": its %s is %s, and this node has no kubelet that gives devices to pods"
                        .formatted(name, RESOURCE_NAME_ANNOTATION, Quoted.shortened(resource)),
                    "name the device: \"deviceID\" in the pod's annotation, or in the network's config"));
  }

  /** The resource of which the annotation wants a device by its place. */
  private static String resource(WantedNetwork network) {
    return network
        .delegate()
        .resourceName()
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INVALID_CONFIG,
                    "network \"%s\": the annotation sets \"io.myriapod.deviceIndex\" or \"io.myriapod.deviceContainer\", and the definition has no %s"
                        .formatted(network.delegate().name(), RESOURCE_NAME_ANNOTATION),
                    "name the resource in the definition, or the device by \"deviceID\""));
  }
}
