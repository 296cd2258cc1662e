/**
 * The pod's side of a request, as every plugin that puts an interface into a pod needs it: its
 * namespace, and the comparison of its link with what ADD answered. What a link is made of is the
 * plugin's, addresses and routes are {@code link}'s.
 */
package io.myriapod.ipam.pod;
