package io.myriapod.linux.netlink;

/**
 * The fixed part between a message's header and its attributes: ifinfomsg, ifaddrmsg, rtmsg, ndmsg,
 * genlmsghdr.
 */
@FunctionalInterface
public interface FamilyHeader {
  /** Its bytes in the machine's order, a multiple of four. */
  byte[] bytes();
}
