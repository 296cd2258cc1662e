package io.myriapod.agent.forecast;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import io.myriapod.kubernetes.device.PodResources;
import io.myriapod.kubernetes.directory.PlacedObject;
import io.myriapod.kubernetes.directory.RequestedResource;
import io.myriapod.types.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The devices that the kubelet would have to give a pod for what its containers request. Each has a
 * stand-in for an id: the kubelet decides when it admits the pod.
 */
final class PromisedDevices implements PodResources {
  private static final String STAND_IN = "decided-at-Allocate:";
  private static final Pattern NAMED = Pattern.compile("\"deviceID\"\\s*:\\s*\"([^\"]{1,253})\"");

  /** Read in the place of a stand-in by plugins that want an address. */
  private static final TextNode ANY = TextNode.valueOf("0000:00:00.1");

  private final List<Share> shares = new ArrayList<>();

  PromisedDevices(PlacedObject pod) {
    List<DeviceId> named = named(pod);
    Map<String, Integer> given = new HashMap<>();
    for (RequestedResource each : RequestedResource.of(pod)) {
      int first = each.init() ? 0 : given.getOrDefault(each.resource(), 0);
      List<DeviceId> ids = new ArrayList<>(named);
      for (int i = first; i < first + each.count(); i++) {
        ids.add(id(each.resource(), i));
      }
      if (!each.init()) {
        given.put(each.resource(), first + each.count());
      }
      shares.add(new Share(each.container(), each.resource(), ids));
    }
  }

  private static DeviceId id(String resource, int index) {
    return new DeviceId("%s%s:%04d".formatted(STAND_IN, resource.replace('/', ':'), index));
  }

  /** What the annotation chooses may be what the kubelet gives; nobody knows before. */
  private static List<DeviceId> named(PlacedObject pod) {
    return pod.text(List.of("metadata", "annotations", NetworksAnnotation.KEY)).stream()
        .flatMap(text -> NAMED.matcher(text.value()).results())
        .flatMap(found -> DeviceId.of(found.group(1)).stream())
        .toList();
  }

  @Override
  public Optional<DeviceGrants> of(Optional<PodRef> pod) {
    return Optional.of(new DeviceGrants(shares, Map.of()));
  }

  /** Whether the kubelet decides. */
  static boolean isStandIn(DeviceId id) {
    return id.value().startsWith(STAND_IN);
  }

  /** Which of the pod's devices of its resource a stand-in is, from 0. */
  static int index(DeviceId id) {
    return Integer.parseInt(id.value().substring(id.value().lastIndexOf(':') + 1));
  }

  /** The request with an address in the place of each stand-in. */
  static PluginRequest readable(PluginRequest request) {
    ObjectNode config = request.config().json();
    List<ObjectNode> holders = new ArrayList<>(List.of(config));
    if (config.path("runtimeConfig") instanceof ObjectNode values) {
      holders.add(values);
    }
    boolean changed = false;
    for (ObjectNode holder : holders) {
      for (String key : List.of("deviceID", "pciBusID")) {
        JsonNode value = holder.path(key);
        if (value.isTextual() && value.textValue().startsWith(STAND_IN)) {
          holder.set(key, ANY);
          changed = true;
        }
      }
    }
    return changed ? request.withConfig(NetworkConfig.of(config)) : request;
  }
}
