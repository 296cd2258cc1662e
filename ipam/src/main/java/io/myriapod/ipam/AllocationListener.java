package io.myriapod.ipam;

import io.myriapod.cni.result.CniResult;
import java.util.function.Supplier;

/** Stands around each allocation, for whoever tells where time goes. */
@FunctionalInterface
public interface AllocationListener {
  /** Does nothing more. */
  AllocationListener NONE = (network, allocation) -> allocation.get();

  /**
   * Has the allocation done, once, and returns or throws what it does.
   *
   * @param network for which addresses are found
   */
  CniResult during(String network, Supplier<CniResult> allocation);
}
