package io.myriapod.deviceplugin.config;

/** Whose carrier a device needs to be healthy; key {@code carrier}. */
public enum CarrierPolicy {
  /** Nobody's: a switch that restarts takes no device out of the pool. */
  IGNORE("ignore"),
  /** That of the physical function, or the device's own if it has none. */
  PF("pf"),
  /** The device's own, while its link is on the node; in a pod nobody can tell. */
  DEVICE("device");

  private final String word;

  CarrierPolicy(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
