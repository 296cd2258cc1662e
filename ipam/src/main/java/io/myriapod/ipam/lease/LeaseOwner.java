package io.myriapod.ipam.lease;

import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;

/** Whom an address is leased to. */
public record LeaseOwner(ContainerId container, InterfaceName interfaceName) {
  /** Between the two lines of a lease file; the reference's disk.LineBreak. */
  static final String LINE_BREAK = "\r\n";

  /** What the lease file says: {@code containerID\r\nifname}. */
  public String text() {
    return container.value() + LINE_BREAK + interfaceName.value();
  }

  /** What files of old versions of the reference say: the container id alone. */
  public String legacyText() {
    return container.value();
  }
}
