package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.InterfaceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each network its interface: the first one that of the request, others the one they ask for
 * or {@code net<N>} by their place, as Multus does.
 */
final class InterfaceNaming {
  private InterfaceNaming() {}

  /**
   * The names in the order of the networks, each once.
   *
   * @throws CniException 7 if two networks would have the same
   */
  static List<InterfaceName> assign(InterfaceName first, List<WantedNetwork> networks) {
    List<InterfaceName> names = new ArrayList<>();
    Map<InterfaceName, Integer> takenBy = new HashMap<>();
    for (int i = 0; i < networks.size(); i++) {
      InterfaceName automatic = i == 0 ? first : new InterfaceName("net" + i);
      InterfaceName name = i == 0 ? first : networks.get(i).asked().orElse(automatic);
      Integer other = takenBy.put(name, i);
      if (other != null) {
        throw collision(name, networks, other, i);
      }
      names.add(name);
    }
    return names;
  }

  private static CniException collision(
      InterfaceName name, List<WantedNetwork> networks, int one, int other) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "interface \"%s\" is wanted twice: by %s and by %s"
            .formatted(name, claim(networks, one), claim(networks, other)),
        "give each network in the annotation an interface name of its own");
  }

  private static String claim(List<WantedNetwork> networks, int index) {
    WantedNetwork network = networks.get(index);
    String how =
        index == 0
            ? "as the default network"
            : network.asked().isPresent() ? "by its annotation" : "by its place in the list";
    return "network \"%s\" (%s)".formatted(network.delegate().name(), how);
  }
}
