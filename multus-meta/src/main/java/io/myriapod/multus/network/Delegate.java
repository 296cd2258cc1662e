package io.myriapod.multus.network;

import io.myriapod.cni.config.NetworkList;

/**
 * A network that was found.
 *
 * @param name as network-status and messages call it: {@code namespace/name} of its definition, or
 *     the network's own name
 */
public record Delegate(String name, NetworkList list) {}
