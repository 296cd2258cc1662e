package io.myriapod.base.tuning;

import io.myriapod.cni.config.ConfigObject;
import io.myriapod.cni.error.CniException;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One sysctl of a config.
 *
 * @param key as the config has it, which is what allow-lists are about
 * @param path below {@code /proc/sys}: begins with {@code net/}, has no {@code .} or {@code ..}
 * @param value one line, not empty
 * @param source the object that it stands in, for errors
 */
record SysctlSetting(String key, String path, String value, ConfigObject source) {
  private static final String LINK = "IFNAME";
  private static final String ALLOWED_KEY =
      "a sysctl of the network, such as \"net.ipv4.conf.IFNAME.arp_notify\"";
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,256}");
  private static final int LONGEST_VALUE = 4_000;

  /**
   * Settings that every namespace shows and that are one for the whole node. This one cannot even
   * be taken back: it patches the kernel's code (nf_hooks_lwtunnel_sysctl_handler in
   * net/netfilter/nf_hooks_lwtunnel.c; seen on Linux 6.18).
   */
  private static final Set<String> OF_THE_NODE = Set.of("net/netfilter/nf_hooks_lwtunnel");

  /**
   * Reads as the reference plugin does: dots are slashes, the first {@code IFNAME} is the link's
   * name, which may have dots.
   *
   * @throws CniException 7 for a key that is not the network's, or no value
   */
  static SysctlSetting parse(ConfigObject source, String key, InterfaceName link) {
    String value = source.string(key).map(String::strip).orElse("");
    if (value.isEmpty()
        || value.length() > LONGEST_VALUE
        || value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
      throw source.invalid(key, value, "the value to write, one line of text");
    }
    if (!KEY.matcher(key).matches()) {
      throw source.invalid(key, value, "no such key, but " + ALLOWED_KEY);
    }
    String slashed = key.replace('.', '/');
    String path = path(slashed.replaceFirst(LINK, Matcher.quoteReplacement(link.value())));
    if (!path.startsWith("net/")) {
      throw source.invalid(key, value, "no such key, but " + ALLOWED_KEY);
    }
    if (OF_THE_NODE.contains(path)) {
      throw new SysctlSetting(key, path, value, source).notThePods();
    }
    return new SysctlSetting(key, path, value, source);
  }

  private static String path(String slashed) {
    return slashed.replaceAll("/+", "/").replaceAll("^/|/$", "");
  }

  /** The same setting of {@code lo}, which is there before any other link is; else the path. */
  String pathBeforeLinks() {
    return path.replaceFirst("^(net/[^/]+/(?:conf|neigh))/(?!all/|default/)[^/]+/", "$1/lo/");
  }

  /** Whether the path has that link's name as one of its parts. */
  static boolean isOf(String path, InterfaceName link) {
    for (Path part : Path.of(path)) {
      if (part.toString().equals(link.value())) {
        return true;
      }
    }
    return false;
  }

  /** A code 7 that shows key and value. */
  CniException refused(String allowed) {
    return source.invalid(key, value, allowed);
  }

  CniException notThePods() {
    return refused("a setting of the pod's own: this one is the whole node's");
  }
}
