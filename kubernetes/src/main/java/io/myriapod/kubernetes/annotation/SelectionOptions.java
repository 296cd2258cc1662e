package io.myriapod.kubernetes.annotation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.types.DeviceId;
import io.myriapod.types.MacAddress;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod wants of one network beyond being attached to it; all of it optional.
 *
 * @param ips each an address or an address with its prefix length, as written
 * @param infinibandGuid eight pairs of hexadecimal digits, as written
 * @param cniArgs goes to the plugins as {@code args.cni}
 * @param defaultRoute present if the pod's default route shall run here; gateways, best first; an
 *     empty list means the ones that the plugin itself reports
 * @param ipamClaim the IPAMClaim that holds the pod's addresses
 */
public record SelectionOptions(
    List<String> ips,
    Optional<MacAddress> mac,
    Optional<String> infinibandGuid,
    List<PortMapping> portMappings,
    Optional<Bandwidth> bandwidth,
    Optional<DeviceChoice> device,
    Optional<ObjectNode> cniArgs,
    Optional<List<InetAddress>> defaultRoute,
    Optional<String> ipamClaim) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Nothing is wanted. */
  public static final SelectionOptions NONE =
      new SelectionOptions(
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Copies what could change. */
  public SelectionOptions {
    ips = List.copyOf(ips);
    portMappings = List.copyOf(portMappings);
    cniArgs = cniArgs.map(ObjectNode::deepCopy);
    defaultRoute = defaultRoute.map(List::copyOf);
  }

  /** The device that is named, if one is. */
  public Optional<DeviceId> deviceId() {
    return device
        .filter(DeviceChoice.Named.class::isInstance)
        .map(DeviceChoice.Named.class::cast)
        .map(DeviceChoice.Named::id);
  }

  /** The place of the device that is wanted, if one is said. */
  public Optional<DeviceChoice.Placed> devicePlace() {
    return device
        .filter(DeviceChoice.Placed.class::isInstance)
        .map(DeviceChoice.Placed.class::cast);
  }

  /**
   * What plugins with the capability of that name get in their {@code runtimeConfig}. CNI
   * CONVENTIONS.md.
   */
  public Map<String, JsonNode> capabilityArguments() {
    Map<String, JsonNode> arguments = new LinkedHashMap<>();
    if (!ips.isEmpty()) {
      ArrayNode list = NODES.arrayNode();
      ips.forEach(list::add);
      arguments.put("ips", list);
    }
    mac.ifPresent(address -> arguments.put("mac", NODES.textNode(address.toString())));
    infinibandGuid.ifPresent(guid -> arguments.put("infinibandGUID", NODES.textNode(guid)));
    if (!portMappings.isEmpty()) {
      ArrayNode list = NODES.arrayNode();
      portMappings.forEach(mapping -> list.add(mapping.json()));
      arguments.put("portMappings", list);
    }
    bandwidth.ifPresent(limit -> arguments.put("bandwidth", limit.json()));
    deviceId().ifPresent(id -> arguments.put("deviceID", NODES.textNode(id.value())));
    return arguments;
  }
}
