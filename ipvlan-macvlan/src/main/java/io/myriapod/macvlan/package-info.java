/**
 * The plugin {@code macvlan}: a child of a parent link, made directly inside the pod.
 *
 * <p>Addresses, routes and announcements are ipam's; what a link is, is linux's.
 */
package io.myriapod.macvlan;
