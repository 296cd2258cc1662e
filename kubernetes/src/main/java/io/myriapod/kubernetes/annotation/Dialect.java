package io.myriapod.kubernetes.annotation;

/** Whose reading of the annotation holds. */
public enum Dialect {
  /** The specification's. */
  NPWG,
  /**
   * What Multus lets pass beyond it: in the JSON form names with dots and an empty {@code ips}
   * list, and {@code default-route} on one element per address family.
   */
  MULTUS
}
