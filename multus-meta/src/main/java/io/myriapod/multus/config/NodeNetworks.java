package io.myriapod.multus.config;

import io.myriapod.cni.config.NetworkList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The networks that every pod of the node gets.
 *
 * @param clusterNetwork name or path of the default network
 * @param defaultNetworks names or paths of further ones, only beside a clusterNetwork
 * @param delegates the default network and further ones, written out; used without a clusterNetwork
 * @param auxiliaryChain name of a chain of files that runs last
 * @param multusNamespace where names of networks are looked for first
 * @param systemNamespaces whose pods get no defaultNetworks
 */
public record NodeNetworks(
    Optional<String> clusterNetwork,
    List<String> defaultNetworks,
    List<NetworkList> delegates,
    Optional<String> auxiliaryChain,
    String multusNamespace,
    Set<String> systemNamespaces) {

  /** Copies the collections. */
  public NodeNetworks {
    defaultNetworks = List.copyOf(defaultNetworks);
    delegates = List.copyOf(delegates);
    systemNamespaces = Set.copyOf(systemNamespaces);
  }
}
