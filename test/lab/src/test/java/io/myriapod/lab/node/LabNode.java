package io.myriapod.lab.node;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For a test class that uses the NICs, by {@code @ExtendWith(LabNode.class)}: both are as after
 * boot when it begins and again when it ends. Classes of the lab run one after the other.
 */
public final class LabNode implements BeforeAllCallback, AfterAllCallback {
  /** Anywhere else these tests would change a real machine. */
  @Override
  public void beforeAll(ExtensionContext context) {
    if (!Nic.areHere()) {
      throw new AssertionError("this is not the lab: run `make lab`");
    }
    reset();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    reset();
  }

  private static void reset() {
    for (Nic nic : Nic.values()) {
      nic.reset();
    }
  }
}
