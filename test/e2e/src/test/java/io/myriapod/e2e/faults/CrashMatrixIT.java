package io.myriapod.e2e.faults;

import io.myriapod.fixtures.InNamespaces;

/** The matrix for bridge and macvlan. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"jq", "nft", "mount"})
class CrashMatrixIT extends CrashMatrix {
  CrashMatrixIT() {
    super(FIRST_HALF);
  }
}
