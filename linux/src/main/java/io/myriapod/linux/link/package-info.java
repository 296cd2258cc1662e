/**
 * Network links: found, described, made, moved, changed and deleted by rtnetlink.
 *
 * <p>A {@link io.myriapod.linux.link.LinkSpec} says what is wanted, a {@link
 * io.myriapod.linux.link.Link} what is there, {@link io.myriapod.linux.link.Links} acts in one
 * namespace. No addresses, no routes, no sysfs. A new kind is a record of {@code LinkSpec} and, if
 * it can be read back, one of {@code LinkDetails}.
 */
package io.myriapod.linux.link;
