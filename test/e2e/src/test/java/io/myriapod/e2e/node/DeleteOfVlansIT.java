package io.myriapod.e2e.node;

import io.myriapod.fixtures.InNamespaces;

/** For kinds of links that not every kernel has. */
@InNamespaces(
    kinds = {"ipvlan", "vlan"},
    programs = {"jq"})
class DeleteOfVlansIT extends Deletes {
  DeleteOfVlansIT() {
    super(NetworkKind.RARE);
  }
}
