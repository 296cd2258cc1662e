package io.myriapod.ipam.link;

import io.myriapod.linux.address.AddressFlag;
import io.myriapod.linux.address.Addresses;
import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.address.LinkLocal;
import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;

/**
 * Gives an optimistic link its link-local address without detection. Symptom without it: no
 * neighbour is resolved for one to two seconds, since the kernel sends no solicitation from an
 * optimistic address and its own link-local one is still tentative (ndisc_solicit in
 * net/ipv6/ndisc.c, seen on 6.18; configure_optimistic_addressAnswersAtOnce).
 */
final class EarlyLinkLocal {
  private static final String IPVLAN = "ipvlan";

  private EarlyLinkLocal() {}

  /** While it is down: the one made of its MAC, which must be unique on the link anyhow. */
  static void whileDown(NetworkNamespace pod, Link link) {
    if (link.mac().isEmpty() || hasMacOfOthers(link)) {
      return;
    }
    try {
      pod.addresses().add(link.index(), LinkLocal.of(link.mac().get()), AddressFlag.NODAD);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** Once it is up: the one that the kernel has made, if it is still being looked for. */
  static void onceUp(NetworkNamespace pod, Link link) {
    if (!hasMacOfOthers(link)) {
      return;
    }
    Addresses addresses = pod.addresses();
    for (LinkAddress address : addresses.list(link.index())) {
      if (address.address().isLinkLocalAddress()
          && address.prefix().isV6()
          && address.has(AddressFlag.TENTATIVE)) {
        addresses.delete(link.index(), address.prefix());
        addresses.add(link.index(), address.prefix(), AddressFlag.NODAD);
      }
    }
  }

  /**
   * An ipvlan has the MAC of its parent and of all ipvlans there. The kernel puts a number into its
   * link-local address that it tells nobody (dev_id; addrconf_ifid_eui48 in
   * include/net/addrconf.h); the one made of the MAC alone is the parent's, and is refused (seen on
   * 6.12; add_twoPodsOnOneParent_reachEachOther).
   */
  private static boolean hasMacOfOthers(Link link) {
    return link.isKind(IPVLAN);
  }
}
