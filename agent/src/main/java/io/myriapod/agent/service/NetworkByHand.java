package io.myriapod.agent.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.chain.Chain;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.chain.PluginResolver;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.CallerEnvironment;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.multus.attach.ForeignSteps;
import io.myriapod.multus.attach.ListCodec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One network's whole list of plugins, driven by hand ({@code myriapod cni add …}) without a pod.
 * Its configuration is the list itself; {@code CNI_CAP_ARGS} carries the capability arguments.
 */
final class NetworkByHand implements Plugin {
  static final String TYPE = "cni";

  private final PluginResolver resolver;
  private final Journal journal;
  private final Chain chain;

  NetworkByHand(PluginResolver resolver, Journal journal) {
    this.resolver = resolver;
    this.journal = journal;
    this.chain = new Chain(resolver, ChainListener.NONE);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void validate(PluginRequest request) {
    chain.validate(call(request));
  }

  @Override
  public CniResult add(PluginRequest request) {
    try (OpenRecord record =
        journal.begin(Operations.keyOf(request), JsonNodeFactory.instance.objectNode())) {
      CniResult result = new Chain(resolver, new ForeignSteps(record)).add(call(request));
      record.done();
      return result;
    }
  }

  @Override
  public void check(PluginRequest request) {
    chain.check(call(request), recorded(request).orElse(CniResult.empty()));
  }

  private Optional<CniResult> recorded(PluginRequest request) {
    return journal
        .find(Operations.keyOf(request))
        .flatMap(record -> record.fact("result"))
        .map(result -> ResultCodec.decode(result, CniVersion.NEWEST));
  }

  @Override
  public void delete(PluginRequest request) {
    chain.delete(call(request), request.prevResult());
  }

  /** What a pod has in a network of that name is nobody's garbage, listed or not. */
  @Override
  public void gc(GcRequest request) {
    NetworkList list = list(request.config());
    Set<Attachment> valid = new HashSet<>(request.valid());
    journal.all().stream()
        .filter(record -> record.text("network").equals(Optional.of(list.name())))
        .map(record -> new Attachment(record.key().container(), record.key().interfaceName()))
        .forEach(valid::add);
    chain.gc(
        list,
        new GcRequest(
            request.config(), valid, request.deadline(), request.searchPath(), request.caller()));
  }

  @Override
  public void status(StatusRequest request) {
    chain.status(list(request.config()), request);
  }

  private static ChainCall call(PluginRequest request) {
    return new ChainCall(
        list(request.config()),
        request.container(),
        request.interfaceName(),
        request.netns(),
        request.args(),
        capabilityArgs(request.caller()),
        request.deadline(),
        request.searchPath(),
        request.caller());
  }

  private static NetworkList list(NetworkConfig config) {
    return ListCodec.decode(config.json().toString());
  }

  private static Map<String, JsonNode> capabilityArgs(CallerEnvironment caller) {
    String text = caller.variables().getOrDefault("CNI_CAP_ARGS", "");
    Map<String, JsonNode> arguments = new HashMap<>();
    if (!text.isEmpty()) {
      try {
        Json.parseObject(text.getBytes(StandardCharsets.UTF_8), "CAP_ARGS")
            .properties()
            .forEach(entry -> arguments.put(entry.getKey(), entry.getValue()));
      } catch (CniException e) {
        throw new CniException(
            ErrorCode.BAD_ENVIRONMENT,
            e.getMessage(),
            "CAP_ARGS is a JSON object such as {\"ips\": [\"10.1.2.3/24\"]}");
      }
    }
    return arguments;
  }
}
