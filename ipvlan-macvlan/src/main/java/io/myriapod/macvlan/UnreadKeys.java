package io.myriapod.macvlan;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of a config that nobody reads: misspelt, or meant for another plugin. The reference plugins
 * drop them without a word.
 */
final class UnreadKeys {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadKeys.class);

  private UnreadKeys() {}

  /**
   * To be called when everything has been read. Warns of such keys.
   *
   * @param foreignIpam all keys of {@code ipam} are an executed plugin's to read
   * @throws io.myriapod.cni.error.CniException 2 if there are any and the config has {@code
   *     "strict": true}
   */
  static void report(NetworkConfig config, boolean foreignIpam) {
    if (foreignIpam) {
      config.ipam().ifPresent(ipam -> ipam.json().fieldNames().forEachRemaining(ipam::value));
    }
    List<String> unread = UnusedKeys.of(config);
    if (!unread.isEmpty()) {
      LOG.warn("{}: keys without effect: {}", config, String.join(", ", unread));
    }
  }
}
