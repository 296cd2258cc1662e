package io.myriapod.kubernetes.device;

import io.myriapod.types.DeviceId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which devices a pod has, and which ones only the kubelet gives away.
 *
 * <p>That a device is nobody's here does not say that it is free: the kubelet forgets a pod before
 * its networks are taken down.
 *
 * @param shares of the pod: each container and resource once, containers in the kubelet's order
 * @param pools all ids that each resource hands out, to whomever
 */
public record DeviceGrants(List<Share> shares, Map<String, Set<DeviceId>> pools) {
  /** Puts together what is of one container and resource, and copies the map. */
  public DeviceGrants {
    shares = joined(shares);
    pools = Map.copyOf(pools);
  }

  /**
   * Devices of one resource, such as {@code intel.com/vf}, that one container has. The kubelet
   * lists them in parts, by NUMA node.
   *
   * @param devices in the order of the container's environment, which is by their ids
   */
  public record Share(String container, String resource, List<DeviceId> devices) {
    /** Sorts the devices; each is there once. */
    public Share {
      Set<DeviceId> sorted = new TreeSet<>(Comparator.comparing(DeviceId::value));
      sorted.addAll(devices);
      devices = List.copyOf(sorted);
    }

    /** Of the ids as the kubelet writes them. */
    public static Share of(String container, String resource, Collection<String> ids) {
      return new Share(container, resource, List.copyOf(ids(ids)));
    }

    private Share with(Share part) {
      return new Share(
          container, resource, Stream.concat(devices.stream(), part.devices.stream()).toList());
    }
  }

  private static List<Share> joined(List<Share> parts) {
    Map<String, Map<String, Share>> byContainer = new LinkedHashMap<>();
    for (Share part : parts) {
      byContainer
          .computeIfAbsent(part.container(), name -> new LinkedHashMap<>())
          .merge(part.resource(), part, Share::with);
    }
    return byContainer.values().stream().flatMap(own -> own.values().stream()).toList();
  }

  /** The ids as types. What is no id names no device that anybody could take: it is left out. */
  public static Set<DeviceId> ids(Collection<String> texts) {
    return texts.stream()
        .flatMap(text -> DeviceId.of(text).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The same with further pools: what a resource is known to hand out, it hands out. */
  public DeviceGrants withPools(Map<String, Set<DeviceId>> others) {
    Map<String, Set<DeviceId>> all = new HashMap<>(pools);
    others.forEach(
        (resource, devices) ->
            all.merge(
                resource,
                devices,
                (known, more) ->
                    Stream.concat(known.stream(), more.stream())
                        .collect(Collectors.toUnmodifiableSet())));
    return new DeviceGrants(shares, all);
  }

  /**
   * The pod's devices of that resource, in the order in which its networks get them, each once:
   * containers get those of init containers before them.
   */
  public List<DeviceId> of(String resource) {
    return sharesOf(resource).flatMap(share -> share.devices().stream()).distinct().toList();
  }

  /** Those of one container; may be empty. */
  public List<DeviceId> of(String resource, String container) {
    return sharesOf(resource)
        .filter(share -> share.container().equals(container))
        .flatMap(share -> share.devices().stream())
        .toList();
  }

  /** The shares of that resource, in their order; none of them is empty. */
  public Stream<Share> sharesOf(String resource) {
    return shares.stream()
        .filter(share -> share.resource().equals(resource) && !share.devices().isEmpty());
  }

  /** Whether the pod has that device, of whatever resource. */
  public boolean has(DeviceId device) {
    return shares.stream().anyMatch(share -> share.devices().contains(device));
  }

  /** The resource that hands the device out, if one does. */
  public Optional<String> poolOf(DeviceId device) {
    return pools.entrySet().stream()
        .filter(pool -> pool.getValue().contains(device))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
