package io.myriapod.cni.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.plugin.ValidAttachments;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a plugin, other than VERSION: environment and stdin, checked in the order of the
 * reference's skel.
 */
public record CniCall(CniEnvironment environment, NetworkConfig config) {
  private static final Logger LOG = LoggerFactory.getLogger(CniCall.class);

  /** The list of valid attachments grows with the node. */
  private static final int MAX_GC_BYTES = 8 << 20;

  /**
   * Reads the whole call.
   *
   * @throws CniException 4 for a variable, 6 for stdin that is no JSON object, 7 for a bad name, 1
   *     for an unknown version or one that does not know the verb
   */
  public static CniCall parse(Map<String, String> environment, byte[] stdin) {
    return parse(CniEnvironment.parse(environment), stdin);
  }

  /** As {@link #parse(Map, byte[])}, with variables that were read already. */
  public static CniCall parse(CniEnvironment environment, byte[] stdin) {
    int bound = environment.verb() == Verb.GC ? MAX_GC_BYTES : Json.MAX_BYTES;
    NetworkConfig config = NetworkConfig.parse(stdin, bound);
    config.name();
    requireVerb(environment.verb(), config.cniVersion());
    return new CniCall(environment, config);
  }

  private static void requireVerb(Verb verb, CniVersion version) {
    if (!version.atLeast(verb.since())) {
      throw new CniException(
          ErrorCode.INCOMPATIBLE_VERSION,
          "config version does not allow %s: cniVersion is %s, want %s or newer"
              .formatted(verb, version, verb.since()),
          "raise \"cniVersion\" in the network configuration");
    }
  }

  /**
   * What it asks of a plugin, if it is ADD, CHECK or DEL. A previous result that cannot be read is
   * an error, but no reason to refuse a DEL.
   *
   * @throws CniException 7 if a CHECK has no previous result, 6 or 1 if it cannot be read
   */
  public PluginRequest pluginRequest(Deadline deadline) {
    return new PluginRequest(
        environment.container().orElseThrow(),
        environment.interfaceName().orElseThrow(),
        environment.netns(),
        environment.args(),
        config,
        prevResult(),
        deadline,
        environment.searchPath(),
        environment.caller());
  }

  private Optional<CniResult> prevResult() {
    Optional<JsonNode> json = config.prevResult();
    if (json.isEmpty() && environment.verb() == Verb.CHECK) {
      throw config.root().missing("prevResult", "the result of the ADD");
    }
    try {
      return json.map(result -> ResultCodec.decode(result, config.cniVersion()));
    } catch (CniException e) {
      if (environment.verb() != Verb.DEL) {
        throw e.during("prevResult");
      }
      LOG.warn("DEL goes on without prevResult: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** What it asks of a plugin, if it is GC. */
  public GcRequest gcRequest(Deadline deadline) {
    return new GcRequest(
        config,
        ValidAttachments.of(config),
        deadline,
        environment.searchPath(),
        environment.caller());
  }

  /** What it asks of a plugin, if it is STATUS. */
  public StatusRequest statusRequest(Deadline deadline) {
    return new StatusRequest(config, deadline, environment.searchPath(), environment.caller());
  }
}
