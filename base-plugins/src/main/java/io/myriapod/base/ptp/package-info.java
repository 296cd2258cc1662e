/**
 * The plugin {@code ptp}: a veth pair whose end on the node is the pod's gateway; no bridge, the
 * node routes to each pod.
 *
 * <p>The pair is {@code veth}'s, addresses and routes in the pod are ipam's, translation is {@code
 * masquerade}'s.
 */
package io.myriapod.base.ptp;
