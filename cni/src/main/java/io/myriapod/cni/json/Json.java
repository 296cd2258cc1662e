package io.myriapod.cni.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads and writes JSON within bounds. Numbers keep every digit, keys their order; of a key that
 * comes twice the last value wins, as in Go.
 */
public final class Json {
  /** Bytes in one configuration or result. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 64;

  /** Braces, brackets, keys and values: each may cost a hundred bytes of memory. */
  private static final int MAX_TOKENS = 1 << 16;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /**
   * Reads one value of at most {@link #MAX_BYTES} bytes 64 levels and 65,536 tokens.
   *
   * @param what names the text in an error, such as {@code network config}
   * @throws CniException 6 if it is no JSON, or beyond a bound
   */
  public static JsonNode parse(byte[] text, String what) {
    return parse(text, what, MAX_BYTES);
  }

  /** As {@link #parse(byte[], String)}, with another bound on the bytes. */
  public static JsonNode parse(byte[] text, String what, int maxBytes) {
    if (text.length > maxBytes) {
      throw undecodable(
          what, "has %d bytes: at most %d are read".formatted(text.length, maxBytes), null);
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw undecodable(what, "is empty: want JSON", null);
      }
      return node;
    } catch (JsonProcessingException e) {
      throw undecodable(what, "is not JSON: " + finding(e), e);
    } catch (IOException e) {
      throw undecodable(what, "is not JSON: " + oneLine(e.getMessage()), e);
    } catch (NumberFormatException e) {
      // an exponent past what BigDecimal can hold comes out of Jackson like this
      throw undecodable(what, "has a number out of range: " + oneLine(e.getMessage()), e);
    }
  }

  /** As {@link #parse(byte[], String)}; code 6 also if the value is no object. */
  public static ObjectNode parseObject(byte[] text, String what) {
    return requireObject(parse(text, what), what);
  }

  /** As {@link #parse(byte[], String, int)}; code 6 also if the value is no object. */
  public static ObjectNode parseObject(byte[] text, String what, int maxBytes) {
    return requireObject(parse(text, what, maxBytes), what);
  }

  private static ObjectNode requireObject(JsonNode node, String what) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw undecodable(what, "is %s: want an object".formatted(shown(node)), null);
  }

  /** The value as compact UTF-8. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An empty object to be filled. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The value as an error message shows it: one line, cut after 80 characters. */
  public static String shown(JsonNode node) {
    if (node.isTextual()) {
      return Quoted.shortened(node.textValue());
    }
    if (node.isContainerNode()) {
      return node.isArray() ? "a list" : "an object";
    }
    String text = node.asText();
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }

  private static CniException undecodable(String what, String finding, Exception cause) {
    String details = "check the JSON with a tool such as `jq .`";
    String message = what + " " + finding;
    return cause == null
        ? new CniException(ErrorCode.DECODE, message, details)
        : new CniException(ErrorCode.DECODE, message, details, cause);
  }

  private static String finding(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return oneLine(e.getOriginalMessage()) + place;
  }

  private static String oneLine(String text) {
    String line = String.valueOf(text).replaceAll("\\s+", " ");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
