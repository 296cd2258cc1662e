package io.myriapod.kubernetes.apiserver;

/** Whether an ADD waits until the API server has a pod's network-status. */
public enum StatusMode {
  /** It waits, up to a bound. */
  SYNC,
  /** It never waits. */
  ASYNC
}
