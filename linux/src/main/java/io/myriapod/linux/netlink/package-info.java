/**
 * Netlink's lower floor: messages and attributes as bytes, the sockets that send a request and read
 * what comes back, of rtnetlink and generic netlink, and what the kernel tells unasked.
 *
 * <p>Nothing here knows what a link or a route is; the packages above give the family header and
 * read the attributes. Numbers are of linux/netlink.h, linux/rtnetlink.h and linux/genetlink.h.
 */
package io.myriapod.linux.netlink;
