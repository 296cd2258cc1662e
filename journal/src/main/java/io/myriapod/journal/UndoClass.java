package io.myriapod.journal;

/** The order in which inverses run, whatever the order in which their steps were done. */
public enum UndoClass {
  /** Plugins that are other executables: chained metas, foreign mains. */
  FOREIGN,
  /**
   * What was changed on a link or in a pod beside it is put back: sysctls, rules, shapers. Comes
   * while the link is still where it was. Does not survive a reboot.
   */
  SETTING,
  /** A VF or a host device goes home. Does not survive a reboot. */
  DEVICE,
  /**
   * The card of a device is told what it said before, once the device is home. Does not survive a
   * reboot.
   */
  CARD,
  /** A link of our own is deleted. Does not survive a reboot. */
  LINK,
  /** An address goes back to its pool: only once the links and devices of the record are gone. */
  LEASE;

  /** Whether what the step made is still there after the machine has booted anew. */
  public boolean survivesReboot() {
    return this == FOREIGN || this == LEASE;
  }

  /** Whether power may be lost after the step and leave something that only the record knows. */
  boolean mustBeDurable() {
    return survivesReboot();
  }
}
