package io.myriapod.cni.result;

import io.myriapod.types.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * What ADD prints. CNI SPEC 1.1.0, "ADD Success".
 *
 * @param interfaces in creation order
 * @param addresses may be empty (layer 2)
 * @param routes may be empty
 */
public record CniResult(
    List<Interface> interfaces, List<Address> addresses, List<Route> routes, Dns dns) {
  private static final CniResult EMPTY =
      new CniResult(List.of(), List.of(), List.of(), Dns.empty());

  /** Copies the lists; refuses an address on an interface that is not in the list. */
  public CniResult {
    interfaces = List.copyOf(interfaces);
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
    for (Address address : addresses) {
      address.requireIndexBelow(interfaces.size());
    }
  }

  /** The addresses alone, in their order. */
  public List<IpPrefix> prefixes() {
    return addresses.stream().map(Address::address).toList();
  }

  /** A result with nothing in it. */
  public static CniResult empty() {
    return EMPTY;
  }

  /** A result of these interfaces and nothing else. */
  public static CniResult of(Interface... interfaces) {
    return EMPTY.withInterfaces(List.of(interfaces));
  }

  /** The same with other interfaces. */
  public CniResult withInterfaces(List<Interface> others) {
    return new CniResult(others, addresses, routes, dns);
  }

  /** The same with one more interface at the end. */
  public CniResult withInterface(Interface added) {
    List<Interface> all = new ArrayList<>(interfaces);
    all.add(added);
    return withInterfaces(all);
  }

  /**
   * The same, silent about the MTU of that interface of the container: a plugin of others behind
   * the one that reported it may have set another without reporting that.
   */
  public CniResult withoutMtuOf(String interfaceName) {
    return withInterfaces(
        interfaces.stream()
            .map(
                one ->
                    one.name().equals(interfaceName) && one.sandbox().isPresent()
                        ? one.withoutMtu()
                        : one)
            .toList());
  }

  /** The same with other addresses. */
  public CniResult withAddresses(List<Address> others) {
    return new CniResult(interfaces, others, routes, dns);
  }

  /** The same with other routes. */
  public CniResult withRoutes(List<Route> others) {
    return new CniResult(interfaces, addresses, others, dns);
  }

  /** The same with other resolver settings. */
  public CniResult withDns(Dns other) {
    return new CniResult(interfaces, addresses, routes, other);
  }

  /** What address management gave, with these interfaces and all addresses on one of them. */
  public CniResult onInterface(List<Interface> made, int index) {
    List<Address> placed = addresses.stream().map(one -> one.onInterface(index)).toList();
    return new CniResult(made, placed, routes, dns);
  }

  /** The same with these resolver settings, unless they are empty. */
  public CniResult preferringDns(Dns other) {
    return other.isEmpty() ? this : withDns(other);
  }
}
