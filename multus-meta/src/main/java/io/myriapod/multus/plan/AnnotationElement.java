package io.myriapod.multus.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.json.Json;
import io.myriapod.kubernetes.annotation.NetworkSelection;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import java.util.Optional;

/**
 * An element of a pod's annotation, as it is kept to tell later what the pod asks for no longer.
 *
 * @param network {@code namespace/name} of the definition
 * @param name the interface name, if the element gives one
 * @param options all else that it asks for, in one order; empty if nothing
 */
public record AnnotationElement(String network, Optional<InterfaceName> name, String options) {
  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  /** What is kept of the element. */
  static AnnotationElement of(NetworkSelection selection) {
    ObjectNode options = options(selection.options());
    return new AnnotationElement(
        selection.qualifiedName(),
        selection.interfaceName(),
        options.isEmpty() ? "" : sorted(options));
  }

  /** Whoever writes the annotation anew may write its keys in another order. */
  private static String sorted(ObjectNode options) {
    try {
      return SORTED.writeValueAsString(options);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write JSON as text", e);
    }
  }

  private static ObjectNode options(SelectionOptions options) {
    ObjectNode json = Json.object();
    options.capabilityArguments().forEach(json::set);
    options.cniArgs().ifPresent(args -> json.set("cni-args", args));
    options
        .defaultRoute()
        .ifPresent(
            gateways -> {
              ArrayNode list = json.putArray("default-route");
              gateways.forEach(gateway -> list.add(IpAddresses.format(gateway)));
            });
    options
        .devicePlace()
        .ifPresent(
            place -> {
              place.container().ifPresent(container -> json.put("deviceContainer", container));
              place.index().ifPresent(index -> json.put("deviceIndex", index));
            });
    options.ipamClaim().ifPresent(claim -> json.put("ipam-claim-reference", claim));
    return json;
  }

  /** Whether both ask for the same, under whatever interface name. */
  boolean isAlike(AnnotationElement other) {
    return network.equals(other.network) && options.equals(other.options);
  }

  /** As a record of the journal keeps it. */
  public ObjectNode json() {
    ObjectNode json = Json.object().put("network", network);
    name.ifPresent(one -> json.put("interface", one.value()));
    if (!options.isEmpty()) {
      json.put("options", options);
    }
    return json;
  }

  /** The inverse of {@link #json}. */
  public static AnnotationElement from(JsonNode json) {
    return new AnnotationElement(
        json.path("network").asText(),
        Optional.ofNullable(json.get("interface")).map(one -> new InterfaceName(one.asText())),
        json.path("options").asText());
  }
}
