package io.myriapod.e2e.faults;

import io.myriapod.e2e.node.NetworkKind;
import io.myriapod.fixtures.InNamespaces;
import java.util.EnumSet;
import java.util.Set;

/** The matrix for every other kind of network. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"jq", "nft", "mount"})
class CrashMatrixOfOthersIT extends CrashMatrix {
  private static Set<NetworkKind> others() {
    Set<NetworkKind> others = EnumSet.complementOf(FIRST_HALF);
    others.removeAll(NetworkKind.RARE);
    return others;
  }

  CrashMatrixOfOthersIT() {
    super(others());
  }
}
