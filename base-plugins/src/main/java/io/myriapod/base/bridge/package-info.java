/**
 * The plugin {@code bridge}: a veth pair between the pod and a bridge of the node; the embedded
 * default network.
 *
 * <p>Addresses inside the pod are ipam's, translation on the way out is {@code masquerade}'s.
 */
package io.myriapod.base.bridge;
