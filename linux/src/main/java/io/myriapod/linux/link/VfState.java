package io.myriapod.linux.link;

import io.myriapod.types.MacAddress;
import java.util.Optional;

/**
 * What a physical function says of one of its virtual ones. Empty is what its driver has no value
 * for; the kernel then says -1 or nothing.
 *
 * @param index number of the virtual function
 * @param mac the one that the physical function gave; all zero if it gave none
 */
public record VfState(
    int index,
    Optional<MacAddress> mac,
    Optional<VfVlan> vlan,
    Optional<Boolean> spoofCheck,
    Optional<Boolean> trust,
    Optional<VfRate> rate,
    Optional<VfLinkState> linkState) {}
