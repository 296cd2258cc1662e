package io.myriapod.e2e.behaviour;

import io.myriapod.fixtures.InNamespaces;
import java.util.Set;

/** Of networks whose links not every kernel has. */
@InNamespaces(
    kinds = {"bridge", "ipvlan", "vlan"},
    programs = {"nft"})
class TamperOfVlansIT extends Tampering {
  static final Set<String> TABLES = Set.of("ipvlan", "vlan");

  TamperOfVlansIT() {
    super(table -> TABLES.contains(table.name()));
  }
}
