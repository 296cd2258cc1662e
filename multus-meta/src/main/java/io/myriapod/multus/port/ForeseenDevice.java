package io.myriapod.multus.port;

import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.util.Optional;

/**
 * A device of the node that a plugin will take.
 *
 * @param physical the physical function, if it is a virtual one
 * @param recorded whether the plugin itself writes into the journal who has the device
 */
public record ForeseenDevice(DeviceId id, Optional<PciAddress> physical, boolean recorded) {}
