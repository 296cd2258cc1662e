package io.myriapod.deviceplugin.config;

import io.myriapod.types.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What pods request: {@code intel.com/sriov_vfs}. Only what the kubelet takes for an extended
 * resource: IsExtendedResourceName in the Kubernetes sources, by which its quota {@code
 * requests.intel.com/sriov_vfs} must be a qualified name, too.
 *
 * @param prefix a DNS subdomain of at most 244 characters, such as {@code intel.com}
 * @param name letters, digits, {@code -} and {@code _}, the first and the last of them neither
 *     {@code -} nor {@code _}; no more than 63
 */
public record ResourceName(String prefix, String name) implements Comparable<ResourceName> {
  private static final Pattern PREFIX =
      Pattern.compile(
          "(?=.{1,244}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern NAME =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?");

  /** Kubernetes' own resources; it looks for these letters anywhere before the name. */
  private static final String NATIVE = "kubernetes.io";

  private static final String QUOTA = "requests.";

  private static final String INFO = "_INFO";

  /** Throws {@link IllegalArgumentException} that shows the offending value. */
  public ResourceName {
    prefix = requirePrefix(prefix);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "resource name %s: want 1 to 63 letters, digits, \"-\" and \"_\", a letter or digit at both ends"
              .formatted(Quoted.shortened(name)));
    }
  }

  /**
   * The prefix, if resources can have it.
   *
   * @throws IllegalArgumentException that shows it
   */
  public static String requirePrefix(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "resource prefix %s: want a DNS subdomain such as intel.com"
              .formatted(Quoted.shortened(prefix)));
    }
    if (prefix.endsWith(NATIVE) || prefix.startsWith(QUOTA)) {
      throw new IllegalArgumentException(
          "resource prefix %s: Kubernetes keeps kubernetes.io and requests. for itself"
              .formatted(Quoted.shortened(prefix)));
    }
    return prefix;
  }

  /**
   * The variables by which a container learns which devices of this resource it has: as the SR-IOV
   * network device plugin calls it, and, where no shell could read that for a {@code -}, under a
   * legal name as well.
   */
  public List<String> variables() {
    String name =
        "PCIDEVICE_%s_%s".formatted(prefix, this.name).replace('.', '_').toUpperCase(Locale.ROOT);
    return Stream.of(name, name.replace('-', '_')).distinct().toList();
  }

  /** The same of the variables that tell what the devices are. */
  public List<String> informationVariables() {
    return variables().stream().map(name -> name + INFO).toList();
  }

  /** Whether CDI takes the prefix for a vendor: SPEC.md, "Kind". */
  boolean hasCdiPrefix() {
    return Character.isLetter(prefix.charAt(0));
  }

  @Override
  public int compareTo(ResourceName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return prefix + "/" + name;
  }
}
