package io.myriapod.differential;

import io.myriapod.fixtures.InNamespaces;
import java.util.Set;

/** Of the plugins whose links not every kernel has. */
@InNamespaces(
    kinds = {"veth", "bridge", "ipvlan", "vlan"},
    programs = {"tc", "bridge", "nft", "unshare"})
class DifferentialOfVlansIT extends Differential {
  static final Set<String> PLUGINS = Set.of("ipvlan", "vlan");

  DifferentialOfVlansIT() {
    super(table -> PLUGINS.contains(table.plugin()));
  }
}
