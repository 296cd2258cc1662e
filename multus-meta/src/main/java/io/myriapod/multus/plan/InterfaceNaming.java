package io.myriapod.multus.plan;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.types.InterfaceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        throw collision(name, claim(networks, other), claim(networks, i));
      }
      names.add(name);
    }
    return names;
  }

  /**
   * Names for networks that a running pod gets in addition: those that they ask for, for the others
   * the lowest {@code net<N>} from 1 that nobody has or asks for.
   *
   * @throws CniException 7 if two ask for the same
   */
  static List<InterfaceName> lowestFree(Set<String> inUse, List<WantedNetwork> networks) {
    Map<InterfaceName, Integer> askedBy = new HashMap<>();
    for (int i = 0; i < networks.size(); i++) {
      Optional<InterfaceName> name = networks.get(i).asked();
      Integer other = name.isPresent() ? askedBy.put(name.get(), i) : null;
      if (other != null) {
        throw collision(name.get(), annotated(networks, other), annotated(networks, i));
      }
    }
    Set<String> taken = new HashSet<>(inUse);
    askedBy.keySet().forEach(name -> taken.add(name.value()));
    return networks.stream().map(one -> one.asked().orElseGet(() -> next(taken))).toList();
  }

  private static InterfaceName next(Set<String> taken) {
    int number = 1;
    while (!taken.add("net" + number)) {
      number++;
    }
    return new InterfaceName("net" + number);
  }

  private static CniException collision(InterfaceName name, String one, String other) {
    return new CniException(
        ErrorCode.INVALID_CONFIG,
        "interface \"%s\" is wanted twice: by %s and by %s".formatted(name, one, other),
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

  private static String annotated(List<WantedNetwork> networks, int index) {
    return "network \"%s\" (by its annotation)".formatted(networks.get(index).delegate().name());
  }
}
