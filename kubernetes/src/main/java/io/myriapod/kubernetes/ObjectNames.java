package io.myriapod.kubernetes;

import io.myriapod.types.Quoted;
import java.util.regex.Pattern;

/** The two forms of names that Kubernetes gives to objects. RFC 1123; apimachinery's validation. */
public final class ObjectNames {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern LABEL_FORM = Pattern.compile(LABEL);
  private static final Pattern SUBDOMAIN_FORM = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final int LABEL_LENGTH = 63;
  private static final int SUBDOMAIN_LENGTH = 253;

  private ObjectNames() {}

  /** Whether it is a DNS-1123 label: lower case letters, digits and inner dashes, at most 63. */
  public static boolean isLabel(String name) {
    return name.length() <= LABEL_LENGTH && LABEL_FORM.matcher(name).matches();
  }

  /** Whether it is a DNS-1123 subdomain: labels parted by dots, at most 253 characters. */
  public static boolean isSubdomain(String name) {
    return name.length() <= SUBDOMAIN_LENGTH && SUBDOMAIN_FORM.matcher(name).matches();
  }

  /**
   * Returns the name if it is a subdomain.
   *
   * @param what how a message calls it, such as {@code pod name}
   * @throws IllegalArgumentException that shows the name
   */
  public static String requireSubdomain(String what, String name) {
    if (!isSubdomain(name)) {
      throw new IllegalArgumentException(
          "%s %s: want lower case letters, digits, \"-\" and \".\", at most %d"
              .formatted(what, Quoted.shortened(name), SUBDOMAIN_LENGTH));
    }
    return name;
  }

  /** As {@link #requireSubdomain}, for a label such as a namespace. */
  public static String requireLabel(String what, String name) {
    if (!isLabel(name)) {
      throw new IllegalArgumentException(
          "%s %s: want lower case letters, digits and inner \"-\", at most %d"
              .formatted(what, Quoted.shortened(name), LABEL_LENGTH));
    }
    return name;
  }
}
