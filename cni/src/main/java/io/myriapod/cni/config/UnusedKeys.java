package io.myriapod.cni.config;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
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

  private UnusedKeys() {}

  /** Warns of them; otherwise as {@link #of}. */
  public static void report(NetworkConfig config) {
    List<String> unused = of(config);
    if (!unused.isEmpty()) {
      LOG.warn("{}: keys without effect: {}", config, String.join(", ", unused));
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
    ConfigObject root = config.root();
    boolean strict = root.bool("strict", false);
    List<String> unused =
        root.unread().stream().filter(path -> isThePlugins(path.toLowerCase(Locale.ROOT))).toList();
    if (strict && !unused.isEmpty()) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          "%s: \"%s\" is %s: no such key, and \"strict\" is true"
              .formatted(root.where(), unused.get(0), shown(config, unused.get(0))),
          "unused keys are %s: remove them, or \"strict\"".formatted(unused));
    }
    return unused;
  }

  private static boolean isThePlugins(String path) {
    int dot = path.indexOf('.');
    boolean nested = dot > 0 && NOT_THE_PLUGINS_OWN.contains(path.substring(0, dot));
    return !COMMON.contains(path) && !nested && !path.startsWith("cni.dev/");
  }

  private static String shown(NetworkConfig config, String path) {
    String pointer = "/" + path.replaceAll("\\[(\\d+)]", "/$1").replace('.', '/');
    return Json.shown(config.json().at(pointer));
  }
}
