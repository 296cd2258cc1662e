package io.myriapod.linux.neighbour;

import io.myriapod.types.MacAddress;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Who has an address on a link, as the kernel believes.
 *
 * @param mac empty while it is being asked for, or when nobody answered
 */
public record NeighbourEntry(
    int linkIndex, InetAddress address, Optional<MacAddress> mac, NeighbourState state) {}
