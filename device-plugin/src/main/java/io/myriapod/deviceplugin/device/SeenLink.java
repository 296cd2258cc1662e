package io.myriapod.deviceplugin.device;

import java.util.Optional;

/**
 * A network interface of the node as far as pools care.
 *
 * @param parentDevice the bus address of the device behind it; absent where the kernel does not say
 * @param carrier whether something answers at the other end of the cable; absent while the
 *     interface is set down: nobody can tell then
 */
public record SeenLink(String name, Optional<String> parentDevice, Optional<Boolean> carrier) {}
