package io.myriapod.e2e.node;

import io.myriapod.fixtures.InNamespaces;
import java.util.EnumSet;

/** For every kind of network whose links every kernel has. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"jq", "nft"})
class DeleteIT extends Deletes {
  DeleteIT() {
    super(EnumSet.complementOf(EnumSet.copyOf(NetworkKind.RARE)));
  }
}
