package io.myriapod.deviceplugin.config;

/** What kind of devices a pool has; key {@code deviceType}, under the names that it takes there. */
public enum DeviceType {
  /** PCI functions of class 02, network controllers. */
  NET_DEVICE("netDevice"),
  /** PCI functions of class 12, processing accelerators. */
  ACCELERATOR("accelerator"),
  /** Devices on the auxiliary bus of a network controller: sub-functions. */
  AUX_NET_DEVICE("auxNetDevice");

  private final String word;

  DeviceType(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
