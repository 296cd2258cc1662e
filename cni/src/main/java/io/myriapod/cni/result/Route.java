package io.myriapod.cni.result;

import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A route that goes with the addresses. CNI SPEC 1.1.0, {@code routes} of "ADD Success".
 *
 * @param destination network; host bits clear
 * @param gateway absent: the gateway of the first address of the family
 * @param mtu along the route; since 1.1.0, as are all that follow
 * @param advmss maximum segment size to advertise
 * @param priority metric; absent or 0: the kernel's choice
 * @param table routing table, absent: main
 * @param scope rtnetlink(7), 0 universe, 253 link
 */
public record Route(
    IpPrefix destination,
    Optional<InetAddress> gateway,
    Optional<Integer> mtu,
    Optional<Integer> advmss,
    Optional<Integer> priority,
    Optional<Integer> table,
    Optional<Integer> scope) {

  /** Clears the destination's host bits, as the kernel wants it. */
  public Route {
    destination = destination.network();
  }

  /** A route with nothing but destination and gateway. */
  public static Route via(IpPrefix destination, Optional<InetAddress> gateway) {
    return new Route(
        destination,
        gateway,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether it leads everywhere of its family: {@code 0.0.0.0/0} or {@code ::/0}. */
  public boolean isDefault() {
    return destination.length() == 0;
  }
}
