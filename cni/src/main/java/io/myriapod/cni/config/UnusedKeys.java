package io.myriapod.cni.config;

import static java.util.stream.Collectors.joining;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of a plugin's configuration that no reader asked for: misspelt, or meant for another plugin.
 * The reference plugins drop them without a word.
 */
public final class UnusedKeys {
  private static final Logger LOG = LoggerFactory.getLogger(UnusedKeys.class);

  /** Keys of the specification and its conventions, of Multus and of ours: never the plugin's. */
  private static final Set<String> COMMON =
      Set.of(
          "cniversion",
          "name",
          "type",
          "capabilities",
          "runtimeconfig",
          "args",
          "prevresult",
          "dns",
          "deviceid",
          "pcibusid",
          "builtin",
          "strict",
          "compat");

  private static final Set<String> NOT_THE_PLUGINS_OWN = Set.of("runtimeconfig", "args", "dns");

  private static final int SHOWN = 16;

  private UnusedKeys() {}

  /**
   * Whether a key is nobody's own: of the specification and its conventions, of Multus or of ours.
   *
   * @param key in lower case
   */
  public static boolean isCommon(String key) {
    return COMMON.contains(key) || key.startsWith("cni.dev/");
  }

  /** Warns of them; otherwise as {@link #of}. */
  public static void report(NetworkConfig config) {
    report(config, of(config));
  }

  /** The same of those in {@code ipam} alone: the rest is for the plugin that has executed us. */
  public static void reportOfIpam(NetworkConfig config) {
    report(config, of(config, "ipam."));
  }

  private static void report(NetworkConfig config, List<String> unused) {
    if (!unused.isEmpty()) {
      LOG.warn("{}: keys without effect: {}", config, shown(unused));
    }
  }

  /**
   * The keys, with their path ({@code ipam.foo}), in their order. To be called when the plugin has
   * read all that it reads.
   *
   * @throws CniException 2 naming the first one and its value, if the configuration says {@code
   *     "strict": true}
   */
  public static List<String> of(NetworkConfig config) {
    return of(config, "");
  }

  private static List<String> of(NetworkConfig config, String prefix) {
    ConfigObject root = config.root();
    boolean strict = root.bool("strict", false);
    List<String> unused =
        root.unread().stream()
            .filter(path -> isThePlugins(path.toLowerCase(Locale.ROOT)))
            .filter(path -> path.toLowerCase(Locale.ROOT).startsWith(prefix))
            .toList();
    if (strict && !unused.isEmpty()) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          "%s: %s is %s: no such key, and \"strict\" is true"
              .formatted(
                  root.where(), Quoted.shortened(unused.get(0)), shown(config, unused.get(0))),
          "unused keys are %s: remove them, or \"strict\"; those beside the first one that have an effect: %s"
              .formatted(shown(unused), String.join(", ", beside(root, unused.get(0)))));
    }
    return unused;
  }

  /** Keys that are read in the same object. */
  private static List<String> beside(ConfigObject root, String unused) {
    String parent = parentOf(unused.replaceAll("\\[\\d+]", "[]"));
    return root.asked().stream()
        .filter(path -> parentOf(path).equalsIgnoreCase(parent))
        .filter(path -> isThePlugins(path.toLowerCase(Locale.ROOT)))
        .toList();
  }

  private static String parentOf(String path) {
    return path.substring(0, path.lastIndexOf('.') + 1);
  }

  private static boolean isThePlugins(String path) {
    int dot = path.indexOf('.');
    boolean nested = dot > 0 && NOT_THE_PLUGINS_OWN.contains(path.substring(0, dot));
    return !isCommon(path) && !nested;
  }

  private static String shown(NetworkConfig config, String path) {
    String pointer = "/" + path.replaceAll("\\[(\\d+)]", "/$1").replace('.', '/');
    return Json.shown(config.json().at(pointer));
  }

  /** They are a tenant's words: each on one line, and not all of thousands. */
  static String shown(List<String> keys) {
    String first = keys.stream().limit(SHOWN).map(Quoted::shortened).collect(joining(", "));
    return keys.size() <= SHOWN ? first : "%s and %d more".formatted(first, keys.size() - SHOWN);
  }
}
