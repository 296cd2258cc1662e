package io.myriapod.types;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A PCI function as sysfs names it: {@code 0000:01:10.2}, domain, bus, device, function; lower
 * case.
 */
public record PciAddress(String value) implements Comparable<PciAddress> {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]");

  /** Throws {@link IllegalArgumentException} that shows the offending value. */
  public PciAddress {
    value = value.toLowerCase(Locale.ROOT);
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "PCI address %s: want DOMAIN:BUS:DEVICE.FUNCTION such as \"0000:01:10.2\""
              .formatted(Quoted.shortened(value)));
    }
  }

  @Override
  public int compareTo(PciAddress other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
