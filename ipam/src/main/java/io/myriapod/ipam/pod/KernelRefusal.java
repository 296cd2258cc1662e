package io.myriapod.ipam.pod;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.libc.ErrnoException;
import java.util.function.Supplier;

/** Turns what the kernel refused into a CNI error, its words kept. */
public final class KernelRefusal {
  private KernelRefusal() {}

  /** Runs it; an ErrnoException that nobody gave a better code becomes CniException 105. */
  public static <T> T told(Supplier<T> verb) {
    try {
      return verb.get();
    } catch (ErrnoException e) {
      throw new CniException(
          ErrorCode.KERNEL_REFUSED, e.getMessage(), "look at the links of node and pod", e);
    }
  }

  /** The same for what returns nothing. */
  public static void told(Runnable verb) {
    told(
        () -> {
          verb.run();
          return verb;
        });
  }
}
