package io.myriapod.linux.pci;

import io.myriapod.types.PciAddress;

/**
 * Whose virtual function one is.
 *
 * @param physical the physical function
 * @param index its number there, from 0: the one that netlink and {@code ip link} use
 */
public record VirtualOf(PciAddress physical, int index) {}
