/**
 * Address management as the interface plugins see it: one facade over the built-in types and
 * foreign ones. What puts addresses on a link is in {@code link}.
 */
package io.myriapod.ipam;
