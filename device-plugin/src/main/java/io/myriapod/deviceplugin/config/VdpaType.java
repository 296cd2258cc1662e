package io.myriapod.deviceplugin.config;

import io.myriapod.linux.device.VdpaDevice;
import java.util.Arrays;
import java.util.Optional;

/** How a vDPA device is given away; key {@code vdpaType}. */
public enum VdpaType {
  /** As a network interface. */
  VIRTIO("virtio", VdpaDevice.VIRTIO),
  /** As a character device, for a program or a virtual machine. */
  VHOST("vhost", VdpaDevice.VHOST);

  private final String word;
  private final String driver;

  VdpaType(String word, String driver) {
    this.word = word;
    this.driver = driver;
  }

  /** The one of a driver on the vdpa bus; empty for any other. */
  public static Optional<VdpaType> ofDriver(String driver) {
    return Arrays.stream(values()).filter(type -> type.driver.equals(driver)).findFirst();
  }

  public String word() {
    return word;
  }

  /** The driver on the vdpa bus. */
  public String driver() {
    return driver;
  }
}
