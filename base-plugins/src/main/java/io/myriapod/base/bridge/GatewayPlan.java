package io.myriapod.base.bridge;

import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Route;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the bridge's role as gateway makes of IPAM's answer: missing gateways, default routes, and
 * the addresses that the bridge itself gets.
 *
 * @param leased without interfaces yet
 * @param bridgeAddresses empty if the bridge is no gateway
 */
record GatewayPlan(CniResult leased, List<IpPrefix> bridgeAddresses) {
  static GatewayPlan of(BridgeConfig config, CniResult leased) {
    List<Address> addresses = new ArrayList<>();
    List<Route> routes = new ArrayList<>(leased.routes());
    List<IpPrefix> bridgeAddresses = new ArrayList<>();
    for (Address one : leased.addresses()) {
      Address address = config.gateway() ? withGateway(one) : one;
      addresses.add(address);
      address
          .gateway()
          .filter(gateway -> config.gateway())
          .map(gateway -> new IpPrefix(gateway, address.address().length()))
          .filter(prefix -> !bridgeAddresses.contains(prefix))
          .ifPresent(bridgeAddresses::add);
      IpPrefix everywhere = everywhere(address.address());
      if (config.defaultGateway() && leadsNot(routes, everywhere)) {
        routes.add(Route.via(everywhere, address.gateway()));
      }
    }
    CniResult placed = new CniResult(List.of(), addresses, routes, leased.dns());
    return new GatewayPlan(placed, bridgeAddresses);
  }

  /** A route without a gateway gets that of the address, so it is a default route all the same. */
  private static boolean leadsNot(List<Route> routes, IpPrefix everywhere) {
    return routes.stream().noneMatch(route -> route.destination().equals(everywhere));
  }

  private static IpPrefix everywhere(IpPrefix address) {
    return new IpPrefix(address.address(), 0).network();
  }

  private static Address withGateway(Address address) {
    return address.gateway().isPresent()
        ? address
        : new Address(
            address.address(), Optional.of(first(address.address())), address.interfaceIndex());
  }

  /** The address after the network's own. */
  private static InetAddress first(IpPrefix subnet) {
    byte[] network = subnet.network().address().getAddress();
    byte[] next = new BigInteger(1, network).add(BigInteger.ONE).toByteArray();
    byte[] padded = new byte[network.length];
    int length = Math.min(next.length, padded.length);
    System.arraycopy(next, next.length - length, padded, padded.length - length, length);
    return IpAddresses.of(padded);
  }
}
