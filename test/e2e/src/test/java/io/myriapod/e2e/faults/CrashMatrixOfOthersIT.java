package io.myriapod.e2e.faults;

import io.myriapod.fixtures.InNamespaces;
import java.util.EnumSet;

/** The matrix for every other kind of network. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"jq", "nft", "mount"})
class CrashMatrixOfOthersIT extends CrashMatrix {
  CrashMatrixOfOthersIT() {
    super(EnumSet.complementOf(FIRST_HALF));
  }
}
