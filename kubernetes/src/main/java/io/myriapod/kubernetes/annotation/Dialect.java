package io.myriapod.kubernetes.annotation;

/** Whose reading of the annotation holds. */
public enum Dialect {
  /** The specification's. */
  NPWG,
  /**
   * What Multus lets pass beyond it: in the JSON form names with dots, an empty {@code ips} list
   * and {@code ips} beside an {@code ipam-claim-reference}, and {@code default-route} on one
   * element per address family.
   */
  MULTUS
}
