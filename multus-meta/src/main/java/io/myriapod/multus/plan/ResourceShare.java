package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.types.DeviceId;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the kubelet gave a pod of one resource, in the order in which the pod's networks get it.
 *
 * @param network whose definition names the resource, for messages
 */
record ResourceShare(String network, String resource, DeviceGrants grants) {

  /**
   * The device at that place, from 0, of a container or of all of them.
   *
   * @throws CniException 116 if the kubelet gave less
   */
  DeviceId at(Optional<String> container, int index) {
    List<DeviceId> own = of(container);
    if (index >= own.size()) {
      throw missing(
          "the annotation wants device %d of %s%s, counted from 0"
              .formatted(index, Quoted.shortened(resource), shown(container)));
    }
    return own.get(index);
  }

  /**
   * The first one that nobody uses, of a container or of all of them.
   *
   * @param wanting how many networks of the pod still want one, this one included
   * @throws CniException 116 if there is none
   */
  DeviceId next(Optional<String> container, Set<DeviceId> used, long wanting) {
    List<DeviceId> own = of(container);
    return own.stream()
        .filter(device -> !used.contains(device))
        .findFirst()
        .orElseThrow(
            () ->
                missing(
                    "no device of %s%s is left for it: the pod's networks want %d"
                        .formatted(
                            Quoted.shortened(resource), shown(container), own.size() + wanting)));
  }

  private List<DeviceId> of(Optional<String> container) {
    return container.map(name -> grants.of(resource, name)).orElseGet(() -> grants.of(resource));
  }

  private static String shown(Optional<String> container) {
    return container.map(" of container \"%s\""::formatted).orElse("");
  }

  private CniException missing(String wanted) {
    return new CniException(
        ErrorCode.DEVICE_NOT_GRANTED,
        "network \"%s\": %s, and the kubelet gave the pod %s".formatted(network, wanted, given()),
        "request as many of the resource in the pod's containers as its networks use");
  }

  /** How many each container has, or why it can be none. */
  private String given() {
    String each =
        grants
            .sharesOf(resource)
            .map(
                share ->
                    "%d in container %s"
                        .formatted(share.devices().size(), Quoted.shortened(share.container())))
            .collect(Collectors.joining(", "));
    if (!each.isEmpty()) {
      return each;
    }
    return grants.pools().containsKey(resource)
        ? "none"
        : "none: no pool of this node has that name";
  }
}
