package io.myriapod.differential;

import io.myriapod.fixtures.InNamespaces;

/** Of the plugins whose links every kernel has. */
@InNamespaces(
    kinds = {"veth", "bridge", "macvlan"},
    programs = {"tc", "bridge", "nft", "unshare"})
class DifferentialIT extends Differential {
  DifferentialIT() {
    super(table -> !DifferentialOfVlansIT.PLUGINS.contains(table.plugin()));
  }
}
