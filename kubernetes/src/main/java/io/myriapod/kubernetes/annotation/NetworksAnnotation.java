package io.myriapod.kubernetes.annotation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.kubernetes.ObjectNames;
import io.myriapod.kubernetes.Pod;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The networks that an annotation asks for, in its order. NPWG specification 1.3, section 4.1.
 *
 * @param findings what has no effect or is out of date, one sentence each; no reason to refuse
 */
public record NetworksAnnotation(List<NetworkSelection> selections, List<String> findings) {
  /** The pod's annotation that lists its further networks. */
  public static final String KEY = "k8s.v1.cni.cncf.io/networks";

  /** The pod's annotation that replaces its default network; exactly one element. */
  public static final String DEFAULT_NETWORK_KEY = "v1.multus-cni.io/default-network";

  /** All annotations of a Kubernetes object together are no larger. */
  public static final int MAX_BYTES = 256 * 1024;

  /** Networks of one pod. */
  public static final int MAX_ELEMENTS = 128;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxTokenCount(1 << 15)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Copies the lists. */
  public NetworksAnnotation {
    selections = List.copyOf(selections);
    findings = List.copyOf(findings);
  }

  /** The pod's text of it; blank text asks for nothing, as none does. */
  public static String of(Pod pod) {
    return pod.annotation(KEY).orElse("").strip();
  }

  /**
   * Reads either form. A text with any of <code>[ { "</code> is JSON and then must be a list; else
   * it is {@code [namespace/]name[@interface]}, comma separated. Blank text asks for nothing.
   *
   * @param namespace of an element that names none
   * @throws InvalidAnnotationException that names the element and the key
   */
  public static NetworksAnnotation parse(String text, String namespace, Dialect dialect) {
    if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new InvalidAnnotationException(
          "text of %d characters: want at most %d bytes".formatted(text.length(), MAX_BYTES));
    }
    if (text.isBlank()) {
      return new NetworksAnnotation(List.of(), List.of());
    }
    boolean json = text.chars().anyMatch(c -> c == '[' || c == '{' || c == '"');
    NetworksAnnotation read =
        json ? parseJson(text, namespace, dialect) : parseShort(text, namespace);
    requireOneDefaultRoute(read.selections, dialect);
    return read;
  }

  private static NetworksAnnotation parseShort(String text, String namespace) {
    String[] items = text.split(",", -1);
    requireCount(items.length);
    List<NetworkSelection> selections = new ArrayList<>();
    for (int i = 0; i < items.length; i++) {
      selections.add(shortElement(items[i].strip(), i + 1, namespace));
    }
    return new NetworksAnnotation(selections, List.of());
  }

  private static NetworkSelection shortElement(String item, int number, String namespace) {
    String where = "element %d %s".formatted(number, Quoted.shortened(item));
    String[] atParts = item.split("@", -1);
    String[] slashParts = atParts[0].split("/", -1);
    if (atParts.length > 2 || slashParts.length > 2) {
      throw new InvalidAnnotationException(where + ": want [namespace/]name[@interface]");
    }
    try {
      Optional<InterfaceName> interfaceName =
          atParts.length == 2 ? Optional.of(new InterfaceName(atParts[1])) : Optional.empty();
      return new NetworkSelection(
          ObjectNames.requireLabel("namespace", slashParts.length == 2 ? slashParts[0] : namespace),
          ObjectNames.requireLabel("name", slashParts[slashParts.length - 1]),
          interfaceName,
          SelectionOptions.NONE);
    } catch (IllegalArgumentException e) {
      throw new InvalidAnnotationException(where + ": " + e.getMessage());
    }
  }

  private static NetworksAnnotation parseJson(String text, String namespace, Dialect dialect) {
    JsonNode list = readJson(text);
    requireCount(list.size());
    List<NetworkSelection> selections = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String where = "element " + (i + 1);
      if (!(list.get(i) instanceof ObjectNode element)) {
        throw new InvalidAnnotationException(
            "%s is %s: want an object with \"name\"".formatted(where, kind(list.get(i))));
      }
      ElementReader reader = new ElementReader(element, where);
      selections.add(new JsonElement(reader, dialect).selection(namespace));
      findings.addAll(reader.findings());
    }
    return new NetworksAnnotation(selections, findings);
  }

  private static JsonNode readJson(String text) {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidAnnotationException(
          "text is not JSON, though it has one of [ { \": %s%s"
              .formatted(e.getOriginalMessage(), place(e.getLocation())));
    } catch (NumberFormatException e) { // an exponent beyond BigDecimal's: Jackson lets it through
      throw new InvalidAnnotationException(
          "text has a number that cannot be read: " + e.getMessage());
    }
    if (!node.isArray()) {
      throw new InvalidAnnotationException(
          "text is a lone %s: want a list such as [{\"name\": \"a\"}, {\"name\": \"b\"}]"
              .formatted(kind(node)));
    }
    return node;
  }

  private static String place(JsonLocation location) {
    return location == null
        ? ""
        : ", line %d column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String kind(JsonNode node) {
    return node.getNodeType() == JsonNodeType.OBJECT
        ? "object"
        : node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private static void requireCount(int elements) {
    if (elements > MAX_ELEMENTS) {
      throw new InvalidAnnotationException(
          "%d elements: want at most %d".formatted(elements, MAX_ELEMENTS));
    }
  }

  private static void requireOneDefaultRoute(List<NetworkSelection> selections, Dialect dialect) {
    List<NetworkSelection> chosen =
        selections.stream().filter(s -> s.options().defaultRoute().isPresent()).toList();
    boolean invalid =
        dialect == Dialect.NPWG
            ? chosen.size() > 1
            : countOfFamily(chosen, true) > 1 || countOfFamily(chosen, false) > 1;
    if (invalid) {
      throw new InvalidAnnotationException(
          "\"default-route\" stands on %s: want one element only"
              .formatted(
                  String.join(
                      " and ", chosen.stream().map(NetworkSelection::qualifiedName).toList())));
    }
  }

  private static long countOfFamily(List<NetworkSelection> chosen, boolean v6) {
    return chosen.stream()
        .filter(
            s ->
                s.options().defaultRoute().orElseThrow().stream()
                    .anyMatch(gateway -> IpAddresses.isV6(gateway) == v6))
        .count();
  }
}
