package io.myriapod.agent.flight;

import java.util.Locale;

/** Where the time of an operation goes; what is in none of them is the agent's own work. */
public enum Stage {
  /** From the start of the shim until its request was here. */
  SHIM,
  /** Waiting for the container's turn. */
  QUEUE,
  /** Asking for pod and networks. */
  CLUSTER,
  /** Asking the kubelet for the pod's devices. */
  DEVICES,
  /** Finding addresses. */
  IPAM,
  /** Netlink requests, as far as they are not of another stage. */
  KERNEL,
  /** Publishing the network-status. */
  STATUS;

  /** As metrics, logs and files call it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
