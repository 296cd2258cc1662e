package io.myriapod.cni.foreign;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits between two attempts. */
interface Pause {
  /** Parks the thread. */
  Pause PARKED = duration -> LockSupport.parkNanos(duration.toNanos());

  void take(Duration duration);
}
