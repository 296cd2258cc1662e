package io.myriapod.cni.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.GoKeys;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.Dns;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import io.myriapod.types.Quoted;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A JSON object of a configuration, read as the Go plugins read theirs: case of keys does not
 * matter, {@code null} and an empty string are as good as absent, and a value of another JSON type
 * is an error. It remembers which keys were asked for, so that the rest can be warned of.
 *
 * <p>Every error is a {@link CniException} 7 that names key, value and what is allowed.
 */
public final class ConfigObject {
  private static final int MAX_ELEMENTS = 4096;

  private final ObjectNode node;
  private final String where;
  private final String document;
  private final String path;
  private final Map<String, String> asked = new ConcurrentHashMap<>();
  private final Map<String, ConfigObject> children = new ConcurrentHashMap<>();

  private ConfigObject(ObjectNode node, String where, String document, String path) {
    this.node = node;
    this.where = where;
    this.document = document;
    this.path = path;
  }

  /**
   * Reads this object of a network's configuration, which must not change any more.
   *
   * @param where begins every error message, such as {@code network "storage"}
   */
  public static ConfigObject of(ObjectNode node, String where) {
    return of(node, where, "the network configuration");
  }

  /**
   * The same of another document.
   *
   * @param document where the details of an error say that a key is to be corrected
   */
  public static ConfigObject of(ObjectNode node, String where, String document) {
    return new ConfigObject(node, where, document, "");
  }

  /** What the errors begin with. */
  public String where() {
    return where;
  }

  /** A copy of the object. */
  public ObjectNode json() {
    return node.deepCopy();
  }

  /** Whether the key is there with a value other than {@code null}. */
  public boolean has(String key) {
    return value(key).isPresent();
  }

  /** The value whatever its type. */
  public Optional<JsonNode> value(String key) {
    asked.putIfAbsent(key.toLowerCase(Locale.ROOT), key);
    return GoKeys.find(node, key);
  }

  /** A string that is not empty. */
  public Optional<String> string(String key) {
    return value(key)
        .map(value -> require(value.isTextual(), key, value, "a string").textValue())
        .filter(text -> !text.isEmpty());
  }

  /** A whole number within both bounds. */
  public Optional<Integer> integer(String key, int min, int max) {
    return number(key, min, max).map(Long::intValue);
  }

  /** A whole number within both bounds. */
  public Optional<Long> number(String key, long min, long max) {
    return value(key)
        .map(
            value ->
                require(
                        value.isIntegralNumber()
                            && value.canConvertToLong()
                            && value.longValue() >= min
                            && value.longValue() <= max,
                        key,
                        value,
                        "a whole number from %d to %d".formatted(min, max))
                    .longValue());
  }

  /** True or false, if the key is there. */
  public Optional<Boolean> bool(String key) {
    return value(key)
        .map(value -> require(value.isBoolean(), key, value, "true or false").booleanValue());
  }

  /** True or false. */
  public boolean bool(String key, boolean ifAbsent) {
    return bool(key).orElse(ifAbsent);
  }

  /** A nested object; the same instance each time, so that it keeps what was asked for. */
  public Optional<ConfigObject> object(String key) {
    return value(key).map(value -> child(value, key));
  }

  /** A list of objects; empty if absent. */
  public List<ConfigObject> objects(String key) {
    return objects(elements(key), key);
  }

  /** A list of lists of objects, as {@code ipam.ranges} is; empty if absent. */
  public List<List<ConfigObject>> objectLists(String key) {
    List<List<ConfigObject>> lists = new ArrayList<>();
    for (JsonNode inner : elements(key)) {
      String name = "%s[%d]".formatted(key, lists.size());
      lists.add(objects(elementsOf(inner, name), name));
    }
    return lists;
  }

  /** A list of strings; empty if absent. */
  public List<String> strings(String key) {
    return elements(key).stream()
        .map(value -> require(value.isTextual(), key, value, "a list of strings").textValue())
        .toList();
  }

  /** A hardware address of six bytes. */
  public Optional<MacAddress> mac(String key) {
    return parsed(key, MacAddress::parse, "six hexadecimal pairs such as \"02:00:5e:10:00:01\"");
  }

  /** An address with prefix length; host bits kept. */
  public Optional<IpPrefix> prefix(String key) {
    return parsed(key, IpPrefix::parse, "an address and a length such as \"10.1.2.0/24\"");
  }

  /** An address without prefix length. */
  public Optional<InetAddress> address(String key) {
    return parsed(key, IpAddresses::parse, "an address such as \"10.1.2.3\" or \"fd00::3\"");
  }

  /**
   * A list of strings that the parser takes; empty if absent.
   *
   * @param parser throws {@link IllegalArgumentException} for what is not {@code wanted}
   */
  public <T> List<T> parsedStrings(String key, Function<String, T> parser, String wanted) {
    List<T> parsed = new ArrayList<>();
    for (String text : strings(key)) {
      parsed.add(parsed("%s[%d]".formatted(key, parsed.size()), text, parser, wanted));
    }
    return parsed;
  }

  /** An absolute path. */
  public Optional<Path> path(String key) {
    return parsed(key, ConfigObject::absolute, "an absolute path");
  }

  private static Path absolute(String text) {
    Path path = Path.of(text); // refuses zero bytes and what the locale cannot write
    if (!path.isAbsolute()) {
      throw new InvalidPathException(text, "not absolute");
    }
    return path;
  }

  /** The nested object {@code dns}; empty if absent. */
  public Dns dns() {
    return object("dns")
        .map(
            dns ->
                new Dns(
                    dns.strings("nameservers"),
                    dns.string("domain").orElse(""),
                    dns.strings("search"),
                    dns.strings("options")))
        .orElse(Dns.empty());
  }

  /** One of the map's keys, exactly as written there. */
  public <E> Optional<E> oneOf(String key, Map<String, E> choices) {
    return string(key)
        .map(
            text -> {
              if (!choices.containsKey(text)) {
                String names = String.join(", ", choices.keySet().stream().sorted().toList());
                throw invalid(key, text, "one of " + names);
              }
              return choices.get(text);
            });
  }

  /** A code 7 for a value that was readable, but is not allowed. */
  public CniException invalid(String key, String value, String allowed) {
    return refused(key, Quoted.shortened(value), allowed);
  }

  /** A code 7 for a value that is allowed as such, but not beside the others or at this place. */
  public CniException impossible(String key, String finding) {
    String shown = value(key).map(Json::shown).orElse("absent");
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "%s: \"%s\" is %s: %s".formatted(where, path + key, shown, finding),
        "correct \"%s\" in %s".formatted(path + key, document));
  }

  /** A code 7 for a key that must be there. */
  public CniException missing(String key, String wanted) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "%s: \"%s\" is missing: want %s".formatted(where, path + key, wanted),
        "add \"%s\" to %s".formatted(path + key, document));
  }

  /** A code 2 for a key and value that the specification has, but this plugin does not. */
  public CniException unsupported(String key, String why) {
    String shown = value(key).map(Json::shown).orElse("absent");
    return new CniException(
        ErrorCode.UNSUPPORTED_FIELD,
        "%s: \"%s\" is %s: %s".formatted(where, path + key, shown, why),
        "remove \"%s\" from %s".formatted(path + key, document));
  }

  /** Counts every key as asked for: a program that we execute reads them. */
  public void leaveToOthers() {
    node.fieldNames().forEachRemaining(this::value);
  }

  /**
   * Keys that were asked for, whether there or not, with their path; sorted. Of a list of objects
   * the path has no index: {@code ipam.routes[].dst}.
   */
  public List<String> asked() {
    Set<String> names = new TreeSet<>();
    asked.values().forEach(name -> names.add(path.replaceAll("\\[\\d+]", "[]") + name));
    children.values().forEach(child -> names.addAll(child.asked()));
    return List.copyOf(names);
  }

  /** Keys that nobody asked for, with their path ({@code ipam.foo}), in their order. */
  public List<String> unread() {
    List<String> names = new ArrayList<>();
    node.fieldNames()
        .forEachRemaining(
            name -> {
              String key = name.toLowerCase(Locale.ROOT);
              if (!asked.containsKey(key)) {
                names.add(path + name);
              }
              children.entrySet().stream()
                  .filter(child -> baseOf(child.getKey()).equals(key))
                  .sorted(Map.Entry.comparingByKey())
                  .forEach(child -> names.addAll(child.getValue().unread()));
            });
    return names;
  }

  private static String baseOf(String childName) {
    int bracket = childName.indexOf('[');
    return bracket < 0 ? childName : childName.substring(0, bracket);
  }

  private ConfigObject child(JsonNode value, String key) {
    require(value.isObject(), key, value, "an object");
    return children.computeIfAbsent(
        key.toLowerCase(Locale.ROOT),
        name -> new ConfigObject((ObjectNode) value, where, document, path + key + "."));
  }

  private List<ConfigObject> objects(List<JsonNode> elements, String key) {
    List<ConfigObject> objects = new ArrayList<>();
    for (JsonNode element : elements) {
      objects.add(child(element, "%s[%d]".formatted(key, objects.size())));
    }
    return objects;
  }

  private List<JsonNode> elements(String key) {
    return value(key).map(list -> elementsOf(list, key)).orElse(List.of());
  }

  private List<JsonNode> elementsOf(JsonNode list, String key) {
    require(list.isArray(), key, list, "a list");
    if (list.size() > MAX_ELEMENTS) {
      throw refused(
          key, "%d elements".formatted(list.size()), "at most %d".formatted(MAX_ELEMENTS));
    }
    List<JsonNode> elements = new ArrayList<>();
    list.forEach(elements::add);
    return elements;
  }

  private <T> Optional<T> parsed(String key, Function<String, T> parser, String wanted) {
    return string(key).map(text -> parsed(key, text, parser, wanted));
  }

  private <T> T parsed(String key, String text, Function<String, T> parser, String wanted) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw invalid(key, text, wanted);
    }
  }

  private JsonNode require(boolean right, String key, JsonNode value, String wanted) {
    if (right) {
      return value;
    }
    throw refused(key, Json.shown(value), wanted);
  }

  private CniException refused(String key, String shown, String wanted) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "%s: \"%s\" is %s: want %s".formatted(where, path + key, shown, wanted),
        "correct \"%s\" in %s".formatted(path + key, document));
  }
}
