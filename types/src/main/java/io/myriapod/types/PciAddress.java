package io.myriapod.types;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
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

  /** The one that the text is; empty if it is none. */
  public static Optional<PciAddress> of(String text) {
    try {
      return Optional.of(new PciAddress(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The function so many further on, as the bus numbers them: 8 bits of bus, 5 of device, 3 of
   * function.
   */
  public PciAddress plus(int functions) {
    int sum = number() + functions;
    return new PciAddress(
        "%s:%02x:%02x.%d".formatted(domain(), sum >> 8 & 0xff, sum >> 3 & 0x1f, sum & 7));
  }

  /** How many functions further on this one is than the other; empty in another domain. */
  public OptionalInt minus(PciAddress other) {
    return domain().equals(other.domain())
        ? OptionalInt.of(number() - other.number())
        : OptionalInt.empty();
  }

  private String domain() {
    return value.substring(0, value.indexOf(':'));
  }

  private int number() {
    int colon = value.indexOf(':');
    return Integer.parseInt(value.substring(colon + 1, colon + 3), 16) << 8
        | Integer.parseInt(value.substring(colon + 4, colon + 6), 16) << 3
        | value.charAt(colon + 7) - '0';
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
