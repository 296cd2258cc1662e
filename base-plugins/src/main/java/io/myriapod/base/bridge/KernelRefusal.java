package io.myriapod.base.bridge;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.libc.ErrnoException;
import java.util.function.Supplier;

/** Turns what the kernel refused into a CNI error, its words kept. */
final class KernelRefusal {
  private KernelRefusal() {}

  /** Runs it; an ErrnoException that nobody gave a better code becomes CniException 105. */
  static <T> T told(Supplier<T> verb) {
    try {
      return verb.get();
    } catch (ErrnoException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED, e.getMessage(), "look at the links of node and pod", e);
    }
  }
}
