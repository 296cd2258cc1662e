package io.myriapod.base.tuning;

import java.util.Optional;

/** Compares sysctls as texts that mean the same. */
final class SysctlValue {
  private SysctlValue() {}

  /** Whether they differ in nothing but white space and the form of numbers: {@code 0x10}. */
  static boolean same(String one, String other) {
    String[] left = one.strip().split("\\s+");
    String[] right = other.strip().split("\\s+");
    if (left.length != right.length) {
      return false;
    }
    for (int i = 0; i < left.length; i++) {
      if (!left[i].equals(right[i])
          && (number(left[i]).isEmpty() || !number(left[i]).equals(number(right[i])))) {
        return false;
      }
    }
    return true;
  }

  /** Decimal, or with 0x or a leading 0 as the kernel reads them. */
  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.decode(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
