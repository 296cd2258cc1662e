/**
 * rtnetlink's lower floor: messages and attributes as bytes, and the socket that sends a request
 * and reads what comes back.
 *
 * <p>Nothing here knows what a link or a route is; the packages above give the family header and
 * read the attributes. Numbers are of linux/netlink.h and linux/rtnetlink.h.
 */
package io.myriapod.linux.netlink;
