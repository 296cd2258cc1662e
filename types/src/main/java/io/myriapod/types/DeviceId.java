package io.myriapod.types;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a device plugin calls a device: a PCI address, or the id of a device on another bus such as
 * {@code mlx5_core.sf.4}. PCI addresses are as sysfs writes them, in lower case.
 */
public record DeviceId(String value) {
  private static final Pattern FORM = Pattern.compile("[!-.0-~]{1,253}");

  /** Throws {@link IllegalArgumentException} that shows the offending value. */
  public DeviceId {
    value = PciAddress.of(value).map(PciAddress::value).orElse(value);
    if (!FORM.matcher(value).matches() || value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException(
          "device %s: want 1 to 253 visible characters of ASCII without \"/\""
              .formatted(Quoted.shortened(value)));
    }
  }

  /** The one that the text is; empty if it is none. */
  public static Optional<DeviceId> of(String text) {
    try {
      return Optional.of(new DeviceId(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The address, if it is one of the PCI bus. */
  public Optional<PciAddress> pci() {
    return PciAddress.of(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
