package io.myriapod.deviceplugin.kubelet;

/** How an Allocate call of the kubelet ended. */
public enum AllocationOutcome {
  /** The container got what it asked for. */
  GRANTED,
  /** It asked for what is not offered, or in a way that makes no sense. */
  INVALID,
  /** A device is not fit now. */
  NOT_READY,
  /** Nobody expected that; the log has it. */
  BROKEN
}
