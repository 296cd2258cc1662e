package io.myriapod.linux.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KernelReleaseTest {
  @Test
  void parse_distributionSuffix_isPassedOver() {
    assertEquals(new KernelRelease(6, 1), KernelRelease.parse("6.1.0-18-amd64"));
    assertEquals(new KernelRelease(5, 14), KernelRelease.parse("5.14"));
    assertThrows(IllegalArgumentException.class, () -> KernelRelease.parse("plan9"));
  }

  @Test
  void compareTo_minorOfTwoDigits_isComparedAsNumber() {
    assertTrue(new KernelRelease(5, 4).compareTo(new KernelRelease(5, 14)) < 0);
    assertTrue(new KernelRelease(6, 0).compareTo(new KernelRelease(5, 14)) > 0);
    assertTrue(KernelRelease.running().compareTo(new KernelRelease(3, 0)) > 0);
  }
}
