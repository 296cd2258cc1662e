package io.myriapod.deviceplugin.config;

import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.myriapod.types.Quoted;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the kernel writes what selectors name. Each method turns what an operator may write into
 * that, and throws {@link IllegalArgumentException} that says what is wanted.
 */
final class Spelling {
  private static final Pattern ID = Pattern.compile("(?:0[xX])?([0-9a-fA-F]{4})");
  private static final Pattern PARTITION_KEY = Pattern.compile("(?:0[xX])?([0-9a-fA-F]{1,4})");

  private Spelling() {}

  /** Of a vendor or a device, as ghw and lspci show them: {@code 8086}. */
  static String id(String text) {
    Matcher matcher = ID.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "is %s: want four hexadecimal digits such as 154c".formatted(Quoted.shortened(text)));
    }
    return matcher.group(1).toLowerCase(Locale.ROOT);
  }

  /** As sysfs writes it, {@code 0x7fff}: show_port_pkey in drivers/infiniband/core/sysfs.c. */
  static String partitionKey(String text) {
    Matcher matcher = PARTITION_KEY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "is %s: want a number of 16 bits such as 0x7fff".formatted(Quoted.shortened(text)));
    }
    return "0x%04x".formatted(Integer.parseInt(matcher.group(1), 16));
  }

  static String pciAddress(String text) {
    return new PciAddress(text).value();
  }

  /** Of an interface, perhaps with some of its virtual functions. */
  static FunctionRange pfName(String text) {
    FunctionRange range = FunctionRange.of(text);
    return new FunctionRange(new InterfaceName(range.function()).value(), range.parts());
  }

  /** Of a PCI function, perhaps with some of its virtual functions. */
  static FunctionRange rootDevice(String text) {
    FunctionRange range = FunctionRange.of(text);
    return new FunctionRange(pciAddress(range.function()), range.parts());
  }

  static String lowerCase(String text) {
    return plain(text).toLowerCase(Locale.ROOT);
  }

  static String plain(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty: want a name");
    }
    return text;
  }
}
