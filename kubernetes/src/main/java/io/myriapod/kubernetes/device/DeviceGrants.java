package io.myriapod.kubernetes.device;

import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which devices a pod has, and which ones only the kubelet gives away.
 *
 * @param ofPod the pod's devices by resource, such as {@code intel.com/vf}, in the order in which
 *     its networks get them
 * @param pools all ids that each resource hands out, to whomever
 */
public record DeviceGrants(Map<String, List<DeviceId>> ofPod, Map<String, Set<DeviceId>> pools) {
  /** Copies the maps. */
  public DeviceGrants {
    ofPod = Map.copyOf(ofPod);
    pools = Map.copyOf(pools);
  }

  /** Devices of one resource for one container. The kubelet lists them in parts, by NUMA node. */
  public record Share(String container, String resource, Collection<String> devices) {}

  /**
   * Of the kubelet's shares: containers in the kubelet's order, the ids of each sorted, as they are
   * in the container's environment.
   */
  public static DeviceGrants of(List<Share> shares, Map<String, Set<String>> pools) {
    Map<String, Map<String, TreeSet<DeviceId>>> byContainer = new LinkedHashMap<>();
    for (Share share : shares) {
      byContainer
          .computeIfAbsent(share.container(), name -> new LinkedHashMap<>())
          .computeIfAbsent(
              share.resource(), name -> new TreeSet<>(Comparator.comparing(DeviceId::value)))
          .addAll(ids(share.devices()));
    }
    Map<String, List<DeviceId>> ofPod = new LinkedHashMap<>();
    byContainer
        .values()
        .forEach(
            container ->
                container.forEach(
                    (resource, ids) ->
                        ofPod.computeIfAbsent(resource, name -> new ArrayList<>()).addAll(ids)));
    Map<String, Set<DeviceId>> advertised = new LinkedHashMap<>();
    pools.forEach((resource, ids) -> advertised.put(resource, Set.copyOf(ids(ids))));
    return new DeviceGrants(ofPod, advertised);
  }

  /** What is no id names no device that anybody could take. */
  private static Set<DeviceId> ids(Collection<String> texts) {
    return texts.stream()
        .flatMap(text -> DeviceId.of(text).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The pod's devices of that resource; may be empty. */
  public List<DeviceId> of(String resource) {
    return List.copyOf(ofPod.getOrDefault(resource, List.of()));
  }

  /** Whether the pod has that device, of whatever resource. */
  public boolean has(DeviceId device) {
    return ofPod.values().stream().anyMatch(ids -> ids.contains(device));
  }

  /** The resource that hands the device out, if one does. */
  public Optional<String> poolOf(DeviceId device) {
    return pools.entrySet().stream()
        .filter(pool -> pool.getValue().contains(device))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
