package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.result.Route;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.plan.PlannedAttachment;
import io.myriapod.multus.plan.PodPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the journal keeps of an attachment besides its inverses, by name. */
public final class AttachmentFacts {
  /** The meta-plugin's own network: which of our configurations attached it. */
  static final String META_NETWORK = "metaNetwork";

  /** The interface of the runtime's request: all attachments of one ADD have the same. */
  static final String SANDBOX_INTERFACE = "sandboxInterface";

  static final String DEFINITION = "definition";
  static final String NETWORK = "network";
  static final String CONFIG = "config";
  static final String ARGS = "args";
  static final String CAPABILITY_ARGS = "capabilityArgs";
  static final String SEARCH_PATH = "searchPath";
  static final String NETNS = "netns";
  static final String NAMESPACE_ID = "namespaceId";
  static final String RESULT = "result";
  static final String REQUEST_ID = "requestId";
  static final String ORDER = "order";
  static final String POD = "pod";

  /** How long the network's plugins took, as a number with a fraction. */
  static final String MILLISECONDS = "milliseconds";

  static final String DEFAULT_ROUTES = "defaultRoutes";

  /** Of the default network alone: the configuration that the runtime gave with the ADD. */
  static final String META_CONFIG = "metaConfig";

  /** The element of the annotation that asked for it; of no other networks. */
  static final String ELEMENT = "element";

  /** True of one that a hot-plug controller had attached; its network-status is not ours. */
  static final String DELEGATED = "delegated";

  /** Its part of network-status, as text. */
  static final String STATUS = "status";

  /** Of the default network: true while the pod's other networks are being changed. */
  static final String CHANGING = "changing";

  private AttachmentFacts() {}

  /** All that is known before anything is done. */
  static ObjectNode of(
      PodPlan plan, PlannedAttachment attachment, String namespaceId, Optional<String> requestId) {
    ChainCall call = attachment.call();
    ObjectNode facts = Json.object();
    facts.put(META_NETWORK, plan.config().name());
    facts.put(SANDBOX_INTERFACE, plan.request().interfaceName().value());
    facts.put(ORDER, attachment.order());
    if (attachment.order() == 0) {
      NetworkConfig own = plan.request().config().without("prevResult").without("runtimeConfig");
      facts.put(META_CONFIG, new String(own.bytes(), StandardCharsets.UTF_8));
    } else {
      attachment.element().ifPresent(element -> facts.set(ELEMENT, element.json()));
    }
    facts.put(DEFINITION, attachment.delegate().name());
    putCall(facts, call);
    facts.put(NAMESPACE_ID, namespaceId);
    requestId.ifPresent(id -> facts.put(REQUEST_ID, id));
    plan.pod().ifPresent(pod -> facts.set(POD, pod(pod)));
    return facts;
  }

  /** What its plugins get with each call. */
  static void putCall(ObjectNode facts, ChainCall call) {
    facts.put(NETWORK, call.list().name());
    facts.put(CONFIG, ListCodec.encode(call.list()));
    facts.put(ARGS, call.args().encode());
    ObjectNode capabilityArgs = facts.putObject(CAPABILITY_ARGS);
    call.capabilityArgs().forEach(capabilityArgs::set);
    ArrayNode searchPath = facts.putArray(SEARCH_PATH);
    call.searchPath().forEach(directory -> searchPath.add(directory.toString()));
    call.netns().ifPresent(path -> facts.put(NETNS, path.toString()));
  }

  static ObjectNode pod(PodRef pod) {
    ObjectNode json = Json.object();
    json.put("namespace", pod.namespace()).put("name", pod.name());
    pod.uid().ifPresent(uid -> json.put("uid", uid));
    return json;
  }

  /** The pod that it belongs to. */
  public static Optional<PodRef> pod(AttachmentRecord record) {
    return record
        .fact(POD)
        .map(
            json ->
                new PodRef(
                    json.path("namespace").asText(),
                    json.path("name").asText(),
                    Optional.of(json.path("uid").asText()).filter(uid -> !uid.isEmpty())));
  }

  static int order(AttachmentRecord record) {
    return record.fact(ORDER).map(JsonNode::asInt).orElse(0);
  }

  static JsonNode encodeResult(CniResult result, CniVersion version) {
    return ResultCodec.encode(result, version);
  }

  /** As plugins of that version get it at DEL, which 0.4.0 began with. */
  static JsonNode encodeForDel(CniResult result, CniVersion version) {
    return encodeResult(result, version.atLeast(CniVersion.V0_4_0) ? version : CniVersion.V0_4_0);
  }

  static Optional<CniResult> result(AttachmentRecord record) {
    return record.fact(RESULT).map(json -> ResultCodec.decode(json, CniVersion.NEWEST));
  }

  static JsonNode encodeRoutes(List<Route> routes) {
    return ResultCodec.encode(CniResult.empty().withRoutes(routes), CniVersion.NEWEST);
  }

  /** The default routes that were moved to it; empty if none. */
  static List<Route> defaultRoutes(AttachmentRecord record) {
    return record
        .fact(DEFAULT_ROUTES)
        .map(json -> ResultCodec.decode(json, CniVersion.NEWEST).routes())
        .orElse(List.of());
  }

  static CniArgs args(AttachmentRecord record) {
    return CniArgs.parse(record.text(ARGS).orElse(""));
  }

  static Map<String, JsonNode> capabilityArgs(AttachmentRecord record) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    record
        .fact(CAPABILITY_ARGS)
        .ifPresent(json -> json.properties().forEach(e -> values.put(e.getKey(), e.getValue())));
    return values;
  }

  static List<Path> searchPath(AttachmentRecord record) {
    return record
        .fact(SEARCH_PATH)
        .map(json -> json.valueStream().map(each -> Path.of(each.asText())).toList())
        .orElse(List.of());
  }
}
