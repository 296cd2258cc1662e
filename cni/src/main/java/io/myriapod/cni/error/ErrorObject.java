package io.myriapod.cni.error;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a plugin prints on stdout when it fails: {@code {cniVersion, code, msg, details}}. CNI SPEC
 * 1.1.0, "Error".
 */
public final class ErrorObject {
  private ErrorObject() {}

  /**
   * The object to print; {@code details} is left out when empty.
   *
   * @param cniVersion of the configuration, as text since it may be the very thing that is wrong
   */
  public static ObjectNode encode(CniException error, String cniVersion) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("cniVersion", cniVersion);
    object.put("code", error.code());
    object.put("msg", error.getMessage());
    if (!error.details().isEmpty()) {
      object.put("details", error.details());
    }
    return object;
  }

  /**
   * The error that another plugin printed, code, message and details kept. Empty if the value is no
   * error object: it must have a message or a code other than 0. Go's struct omits {@code
   * cniVersion}; a code of 0 becomes {@link ErrorCode#FOREIGN_PLUGIN_FAILED}.
   */
  public static Optional<CniException> decode(JsonNode node) {
    JsonNode code = node.path("code");
    String message = node.path("msg").asText("");
    boolean coded = code.canConvertToInt() && code.isIntegralNumber() && code.intValue() != 0;
    if (!node.isObject() || !coded && message.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new CniException(
            coded ? code.intValue() : ErrorCode.FOREIGN_PLUGIN_FAILED,
            message.isEmpty() ? "no message" : message,
            node.path("details").asText("")));
  }
}
