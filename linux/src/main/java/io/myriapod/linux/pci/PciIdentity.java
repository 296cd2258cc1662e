package io.myriapod.linux.pci;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kind of device a PCI function is.
 *
 * @param vendor 16 bits
 * @param device 16 bits
 * @param classCode 24 bits: class, subclass, interface
 */
public record PciIdentity(int vendor, int device, int classCode) {
  /** Base class of network controllers. PCI Code and ID Assignment Specification, 1.3 */
  public static final int NETWORK_CONTROLLER = 0x02;

  /** Base class of processing accelerators. PCI Code and ID Assignment Specification, 1.19 */
  public static final int PROCESSING_ACCELERATOR = 0x12;

  private static final int PCI_BRIDGE = 0x0604;

  private static final Pattern MODALIAS =
      Pattern.compile(
          "pci:v0000([0-9A-F]{4})d0000([0-9A-F]{4})sv[0-9A-F]{8}sd[0-9A-F]{8}"
              + "bc([0-9A-F]{2})sc([0-9A-F]{2})i([0-9A-F]{2})");

  /**
   * Reads what modules are looked up by, {@code pci:v00008086d00001572sv…bc02sc00i00}; empty for
   * anything else. drivers/pci/pci-sysfs.c, modalias_show
   */
  static Optional<PciIdentity> ofModalias(String text) {
    Matcher parts = MODALIAS.matcher(text);
    return parts.matches()
        ? Optional.of(
            new PciIdentity(
                hexadecimal(parts.group(1)),
                hexadecimal(parts.group(2)),
                hexadecimal(parts.group(3) + parts.group(4) + parts.group(5))))
        : Optional.empty();
  }

  private static int hexadecimal(String digits) {
    return Integer.parseInt(digits, 16);
  }

  /** From PCI to PCI: it carries what is behind it. Host and ISA bridges do not. */
  public boolean isBridge() {
    return classCode >> 8 == PCI_BRIDGE;
  }

  public int baseClass() {
    return classCode >> 16;
  }
}
