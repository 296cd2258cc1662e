package io.myriapod.cni.plugin;

import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;

/** A container's interface: what an ADD is keyed by. CNI SPEC 1.1.0, "Attachment Parameters". */
public record Attachment(ContainerId container, InterfaceName interfaceName) {}
