package io.myriapod.e2e.behaviour;

import io.myriapod.fixtures.InNamespaces;
import java.util.List;

/** Of the plugins whose links not every kernel has. */
@InNamespaces(
    kinds = {"bridge", "macvlan", "ipvlan", "vlan"},
    programs = {"nft", "jq"})
class BadOptionOfVlansIT extends BadOptions {
  static final List<String> PLUGINS = List.of("ipvlan", "vlan");

  BadOptionOfVlansIT() {
    super(PLUGINS);
  }
}
