package io.myriapod.cni.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.types.Quoted;

/**
 * Results in every version of the specification, and from each to each, with libcni's rules and
 * error texts (containernetworking/cni, pkg/types).
 *
 * <p>As libcni, it writes the 1.1.0 fields of an interface from 1.0.0 on and those of a route from
 * 0.3.0 on: a reader that does not know them passes over them, and a chained plugin needs them.
 */
public final class ResultCodec {
  private ResultCodec() {}

  /**
   * The result as that version has it.
   *
   * @throws CniException 1 if a version below 0.3.0 is asked for and there is no address: {@code
   *     cannot convert: no valid IP addresses}
   */
  public static ObjectNode encode(CniResult result, CniVersion version) {
    return version.atLeast(CniVersion.V0_3_0)
        ? ListedResult.encode(result, version)
        : FamilyResult.encode(result, version);
  }

  /**
   * Reads a result of any version.
   *
   * @param ifAbsent the version of a result that does not say: that of the plugin's configuration
   * @throws CniException 6 if a part is not of its form, 1 if the version is unknown
   */
  public static CniResult decode(JsonNode result, CniVersion ifAbsent) {
    if (result.isNull() || result.isMissingNode()) {
      return CniResult.empty();
    }
    if (!(result instanceof ObjectNode object)) {
      throw new CniException(
          ErrorCode.DECODE, "CNI result is %s: want an object".formatted(Json.shown(result)), "");
    }
    return versionOf(object, ifAbsent).atLeast(CniVersion.V0_3_0)
        ? ListedResult.decode(object)
        : FamilyResult.decode(object);
  }

  /** The result in that version; untouched if it has that version already. */
  public static ObjectNode convert(ObjectNode result, CniVersion to) {
    return versionOf(result, CniVersion.V0_1_0) == to
        ? result
        : encode(decode(result, CniVersion.V0_1_0), to);
  }

  private static CniVersion versionOf(ObjectNode result, CniVersion ifAbsent) {
    String text = GoKeys.find(result, "cniVersion").map(JsonNode::asText).orElse("");
    if (text.isEmpty()) {
      return ifAbsent;
    }
    return CniVersion.find(text)
        .orElseThrow(
            () ->
                new CniException(
                    ErrorCode.INCOMPATIBLE_VERSION,
                    "unsupported CNI result version %s: want one of %s"
                        .formatted(Quoted.shortened(text), CniVersion.all()),
                    "the plugin that printed it speaks a version that Myriapod does not know"));
  }
}
