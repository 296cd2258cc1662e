package io.myriapod.linux.namespace;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.FamilyHeader;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.linux.netlink.RouteSocket;
import java.util.Optional;

/**
 * The numbers (nsid) that one namespace has for others. rtgenmsg: family u8, padded to 4.
 * linux/net_namespace.h
 */
final class NamespaceNumbers {
  private static final FamilyHeader HEADER = () -> new byte[4];
  private static final int NETNSA_NSID = 1;
  private static final int NETNSA_FD = 3;
  private static final int NOT_ASSIGNED = -1;

  private NamespaceNumbers() {}

  static Optional<Integer> of(RouteSocket socket, NetworkNamespace other) {
    NetlinkMessage answer =
        socket.get(
            "ask for the number of a network namespace",
            NetlinkRequest.of(Netlink.RTM_GETNSID, 0, HEADER).u32(NETNSA_FD, other.fd()));
    return Attributes.of(answer.payload().slice().position(HEADER.bytes().length))
        .u32(NETNSA_NSID)
        .filter(number -> number != NOT_ASSIGNED);
  }
}
