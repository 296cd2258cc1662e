package io.myriapod.e2e.behaviour;

import io.myriapod.fixtures.InNamespaces;

/** Of every network whose links every kernel has. */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"nft"})
class TamperIT extends Tampering {
  TamperIT() {
    super(table -> !TamperOfVlansIT.TABLES.contains(table.name()));
  }
}
