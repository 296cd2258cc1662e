package io.myriapod.multus.config;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.util.List;
import java.util.Map;

/**
 * Keys of Multus, its daemon and its generator that are known here and that nothing is done for.
 * docs/migration.md says of each why.
 */
final class KeysOfMultus {
  /** What they are for is done without them, or need not be done. */
  private static final List<String> NEEDLESS =
      List.of(
          "cniDir",
          "kubeconfig",
          "retryDeleteOnError",
          "logFile",
          "logLevel",
          "logToStderr",
          "logOptions",
          "chrootDir",
          "socketDir",
          "daemonSocketDir",
          "metricsPort",
          "connectionLimit",
          "multusConfigFile",
          "multusAutoconfigDir",
          "multusMasterCNI",
          "cniConfigDir",
          "overrideNetworkName");

  /** What they are for is not done; why. */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "enablePprof", "the agent is no Go program; a JVM has jcmd",
          "cniConf", "Multus does not read it either; \"confDir\" is what it is meant to be",
          "allowTryDeleteOnErr", "no release of Multus reads it; a DEL is always tried again",
          "defaultnetworkfile", "no release of Multus reads it; see \"readinessindicatorfile\"",
          "defaultnetworkwaitseconds", "no release of Multus reads it; nothing waits");

  private KeysOfMultus() {}

  /**
   * The findings on those that are there, one sentence each.
   *
   * @throws CniException 2 for what would be missed and cannot be done
   */
  static List<String> findings(ConfigObject root) {
    NEEDLESS.forEach(root::value);
    requireNoRewriting(root);
    requireNoCertificate(root);
    return WITHOUT_EFFECT.entrySet().stream()
        .filter(each -> root.has(each.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .map(each -> finding(root, each.getKey(), each.getValue()))
        .toList();
  }

  private static String finding(ConfigObject root, String key, String why) {
    return "%s: key \"%s\" has no effect: %s".formatted(root.where(), key, why);
  }

  private static void requireNoRewriting(ConfigObject root) {
    if (root.bool("forceCNIVersion", false)) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          "%s: \"forceCNIVersion\" is true: files of other networks are not rewritten"
              .formatted(root.where()),
          "set \"cniVersion\" in the file of the default network, and remove the key");
    }
  }

  private static void requireNoCertificate(ConfigObject root) {
    if (root.object("perNodeCertificate").filter(it -> it.bool("enabled", false)).isPresent()) {
      throw new CniException(
          ErrorCode.UNSUPPORTED_FIELD,
          "%s: \"perNodeCertificate.enabled\" is true: the agent requests no certificate of its own"
              .formatted(root.where()),
          "the agent's service account has the verbs it uses and no others; remove the key");
    }
    root.object("perNodeCertificate").ifPresent(ConfigObject::leaveToOthers);
  }
}
