package io.myriapod.bench.node;

import java.util.ArrayList;
import java.util.List;

/**
 * What one pod is attached to. A pod of several networks is one call of the meta-plugin for us and
 * one call per network for the peer; a single network is one call of its plugin on either side.
 *
 * @param networks in the order in which they are attached; the first of a pod is its default
 */
public record Workload(String name, boolean pod, List<Network> networks) {
  /** Copies the list. */
  public Workload {
    networks = List.copyOf(networks);
  }

  /** A pod with the bridge as its default network and that many macvlans. */
  public static Workload pod(int macvlans) {
    List<Network> networks = new ArrayList<>(List.of(Network.bridge()));
    for (int number = 0; number < macvlans; number++) {
      networks.add(Network.macvlan(number));
    }
    return new Workload("bridge" + macvlans, true, networks);
  }

  /** One plugin called by itself. */
  public static Workload single(Network network) {
    return new Workload(network.name(), false, List.of(network));
  }

  /** The name of a pod's interface in the network of that place in the list. */
  String interfaceName(int place) {
    return pod && place == 0 ? "eth0" : "net" + (pod ? place : place + 1);
  }
}
