package io.myriapod.agent.delegate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.call.CniEnvironment;
import io.myriapod.cni.call.Verb;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.annotation.Dialect;
import io.myriapod.kubernetes.annotation.InvalidAnnotationException;
import io.myriapod.kubernetes.annotation.NetworksAnnotation;
import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.attach.DelegatedNetworks.Call;
import io.myriapod.multus.plan.PodIdentity;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as multus-cni's pkg/server/api has it: {@code env}, {@code config} in Base64, and
 * {@code interfaceAttributes} with {@code ips}, {@code mac} and {@code cni-args}. Other keys are
 * passed over, as Go does.
 *
 * @param verb ADD, CHECK or DEL
 */
public record DelegateRequest(Verb verb, Call call) {
  /** Controllers send none: plugins are looked for where they were at the pod's ADD. */
  private static final Map<String, String> THE_PODS_OWN = Map.of("CNI_PATH", "/opt/cni/bin");

  private static final String ATTRIBUTES = "interfaceAttributes";

  /**
   * Reads it.
   *
   * @throws CniException 4, 6 or 7 naming what is wrong
   */
  static DelegateRequest parse(byte[] body, Deadline deadline) {
    ObjectNode json = Json.parseObject(body, "delegate request", RequestReader.MOST_BODY);
    CniEnvironment environment = CniEnvironment.parse(environment(json.path("env")));
    if (!environment.verb().isOfAttachment()) {
      throw bad("CNI_COMMAND is %s: want ADD, CHECK or DEL".formatted(environment.verb()));
    }
    PodRef pod =
        PodIdentity.of(environment.args())
            .orElseThrow(() -> bad("CNI_ARGS has no K8S_POD_NAMESPACE and K8S_POD_NAME"));
    Path netns =
        environment.netns().orElse(Path.of("/")); // a DEL needs none: the journal has the pod's
    Call call =
        new Call(
            environment.container().orElseThrow(),
            environment.interfaceName().orElseThrow(),
            netns,
            pod,
            network(json.path("config")),
            options(json.path(ATTRIBUTES)),
            deadline);
    return new DelegateRequest(environment.verb(), call);
  }

  private static Map<String, String> environment(JsonNode json) {
    Map<String, String> environment = new HashMap<>(THE_PODS_OWN);
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (!each.getValue().isTextual()) {
        throw bad("\"env\" has something else than texts");
      }
      environment.put(each.getKey(), each.getValue().textValue());
    }
    return environment;
  }

  private static NetworkList network(JsonNode config) {
    try {
      return NetworkList.parseAny(Base64.getDecoder().decode(config.asText()), Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new CniException(
          ErrorCode.DECODE,
          "\"config\" is no Base64: " + e.getMessage(),
          "want the network's configuration in Base64");
    }
  }

  /** By the rules of the annotation that they come from. */
  private static SelectionOptions options(JsonNode attributes) {
    ObjectNode element = Json.object().put("name", "delegated");
    for (String key : List.of("ips", "mac", "cni-args")) {
      JsonNode value = attributes.path(key);
      boolean empty =
          value.isTextual() ? value.textValue().isEmpty() : value.isArray() && value.isEmpty();
      if (!value.isMissingNode() && !value.isNull() && !empty) {
        element.set(key, value);
      }
    }
    ArrayNode list = Json.object().putArray("list").add(element);
    try {
      return NetworksAnnotation.parse(list.toString(), "default", Dialect.NPWG)
          .selections()
          .get(0)
          .options();
    } catch (InvalidAnnotationException e) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "read \"%s\": %s".formatted(ATTRIBUTES, e.getMessage()),
          "they come from the pod's annotation");
    }
  }

  private static CniException bad(String finding) {
    return new CniException(
        ErrorCode.BAD_ENVIRONMENT, finding, "the controller that made this request is at fault");
  }
}
