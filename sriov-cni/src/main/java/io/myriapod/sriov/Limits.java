package io.myriapod.sriov;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.VfVlan;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the drivers of cards cannot do, so that it is said before anything is changed: known
 * beforehand of some, and learned from every refusal that is not about a value, once for all agents
 * under the same kernel.
 */
final class Limits {
  private static final Set<Integer> FOR_GOOD = Set.of(Errno.EOPNOTSUPP, Errno.EPROTONOSUPPORT);

  /** By driver and key of the config: the name of the errno. */
  private final Map<String, Map<String, String>> refused = new ConcurrentHashMap<>();

  private final LimitsFile file;

  /** With what former agents have learned. */
  Limits(LimitsFile file) {
    this.file = file;
    file.read().forEach((driver, keys) -> refused.put(driver, new ConcurrentHashMap<>(keys)));
    known("igb", "vlanProto", Errno.EPROTONOSUPPORT);
    known("igb", "min_tx_rate", Errno.EINVAL);
    known("igb", "link_state", Errno.EOPNOTSUPP);
  }

  /** Throws CniException 115 if a card of that driver cannot be told these. */
  void require(String driver, CardSettings wanted) {
    Map<String, String> keys = refused.getOrDefault(driver, Map.of());
    for (Setting setting : Setting.values()) {
      String key = key(setting, wanted);
      if (setting.in(wanted).isPresent() && keys.containsKey(key)) {
        throw new CniException(
            ErrorCode.DEVICE_UNUSABLE,
            "%s cannot set %s: %s".formatted(driver, key, keys.get(key)),
            "remove \"%s\" from the network configuration, or use cards of another driver"
                .formatted(key));
      }
    }
  }

  /** Keeps that a driver has refused a setting, if that holds for every value. */
  void learn(String driver, Setting setting, CardSettings wanted, ErrnoException refusal) {
    if (FOR_GOOD.contains(refusal.errno())) {
      known(driver, key(setting, wanted), refusal.errno());
      file.write(refused);
    }
  }

  private void known(String driver, String key, int errno) {
    refused.computeIfAbsent(driver, any -> new ConcurrentHashMap<>()).put(key, Errno.name(errno));
  }

  /** The key of the config that makes the difference. */
  private static String key(Setting setting, CardSettings wanted) {
    return switch (setting) {
      case VLAN ->
          wanted.vlan().map(VfVlan::protocol).equals(Optional.of(VfVlan.DOT1AD))
              ? "vlanProto"
              : "vlan";
      case MAC -> "mac";
      case RATE ->
          wanted.rate().filter(rate -> rate.min() > 0).isPresent() ? "min_tx_rate" : "max_tx_rate";
      case SPOOF_CHECK -> "spoofchk";
      case TRUST -> "trust";
      case LINK_STATE -> "link_state";
    };
  }
}
