package io.myriapod.e2e.examples;

import io.myriapod.fixtures.InNamespaces;
import java.util.Set;

/** The folders whose links not every kernel has. */
@InNamespaces(
    kinds = {"bridge", "ipvlan", "vlan"},
    programs = {"nft", "jq"})
class ExamplesOfVlansIT extends Examples {
  static final Set<String> FOLDERS = Set.of("ipvlan", "vlan");

  ExamplesOfVlansIT() {
    super(FOLDERS::contains);
  }
}
