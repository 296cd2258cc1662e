package io.myriapod.e2e.faults;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.fixtures.InNamespaces;

/** The matrix for kinds of links that not every kernel has. */
@InNamespaces(
    kinds = {"ipvlan", "vlan"},
    programs = {"jq", "mount"})
class CrashMatrixOfVlansIT extends CrashMatrix {
  CrashMatrixOfVlansIT() {
    super(NetworkKind.RARE);
  }
}
