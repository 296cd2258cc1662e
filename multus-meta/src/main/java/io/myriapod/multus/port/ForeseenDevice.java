package io.myriapod.multus.port;

import java.util.Optional;

/**
 * A device of the node that a plugin will take.
 *
 * @param id a PCI address, or the id of a device of the auxiliary bus
 * @param physical the PCI address of the physical function, if it is a virtual one
 * @param recorded whether the plugin itself writes into the journal who has the device
 */
public record ForeseenDevice(String id, Optional<String> physical, boolean recorded) {}
