package io.myriapod.multus.config;

import io.myriapod.kubernetes.annotation.Dialect;

/** Whose behaviour holds where the NPWG specification and Multus differ; docs/differences.md. */
public enum Compat {
  /** The specification's; key absent. */
  NPWG,
  /** {@code "compat": "multus"}. */
  MULTUS;

  /** How annotations are read. */
  public Dialect dialect() {
    return this == MULTUS ? Dialect.MULTUS : Dialect.NPWG;
  }
}
