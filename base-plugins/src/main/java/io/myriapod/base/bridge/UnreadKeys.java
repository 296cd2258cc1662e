package io.myriapod.base.bridge;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of a config that nobody reads: misspelt, or meant for another plugin. The reference plugins
 * drop them without a word.
 */
final class UnreadKeys {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadKeys.class);

  /** Of the specification, of a meta-plugin, or read elsewhere in this product; lower case. */
  private static final Set<String> OTHERS =
      Set.of(
          ("cniversion cniversions name type ipam dns args runtimeconfig capabilities prevresult"
                  + " disablecheck disablegc strict builtin deviceid pcibusid")
              .split(" "));

  /** Keys of newer reference plugins, which get here only when they ask for nothing. */
  private static final Set<String> OF_THE_NODES_OWN =
      Set.of(
          "vlan vlantrunk preservedefaultvlan macspoofchk portisolation disablecontainerinterface"
              .split(" "));

  private UnreadKeys() {}

  /**
   * To be called when everything has been read. Warns of each such key.
   *
   * @throws CniException 2 if there are any and the config has {@code "strict": true}
   */
  static void report(NetworkConfig config) {
    ConfigObject root = config.root();
    boolean strict = root.bool("strict", false);
    List<String> unread = root.unread().stream().filter(UnreadKeys::isOurs).toList();
    if (unread.isEmpty()) {
      return;
    }
    String finding =
        "%s: keys without effect: %s".formatted(root.where(), String.join(", ", unread));
    if (strict) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD, finding, "remove them, or remove \"strict\"");
    }
    LOG.warn("{}", finding);
  }

  private static boolean isOurs(String key) {
    String top = key.toLowerCase(Locale.ROOT).replaceFirst("[.\\[].*", "");
    return !OTHERS.contains(top) && !OF_THE_NODES_OWN.contains(top) && !key.startsWith("cni.dev/");
  }
}
