package io.myriapod.cni.error;

/**
 * Every error code that Myriapod prints; docs/errors.md says of each what to do. Below 100: CNI
 * SPEC 1.1.0, "Error"; from 100 on: our own.
 */
public final class ErrorCode {
  /** The configuration's {@code cniVersion} is not one of ours. */
  public static final int INCOMPATIBLE_VERSION = 1;

  /** A field of the configuration is not supported; the message has key and value. */
  public static final int UNSUPPORTED_FIELD = 2;

  /** The container is not known; the runtime need not clean up. */
  public static final int UNKNOWN_CONTAINER = 3;

  /** A {@code CNI_*} variable is missing or bad. */
  public static final int BAD_ENVIRONMENT = 4;

  /** Reading or writing a file, a socket or a pipe. */
  public static final int IO = 5;

  /** Something is not the JSON that it should be. */
  public static final int DECODE = 6;

  /** The network configuration is readable, but wrong. */
  public static final int INVALID_CONFIG = 7;

  /** {@code CNI_NETNS} is no network namespace, or the wrong one. */
  public static final int INVALID_NETNS = 8;

  /** A passing condition; the runtime should call again. */
  public static final int TRY_AGAIN_LATER = 11;

  /** STATUS: no ADD can be served now. */
  public static final int UNAVAILABLE = 50;

  /** STATUS: no ADD can be served now, and containers that run may lack connectivity. */
  public static final int UNAVAILABLE_LIMITED = 51;

  /** The parent link of an interface is not there. */
  public static final int PARENT_NOT_FOUND = 100;

  /** An address pool has no free address. */
  public static final int POOL_EXHAUSTED = 101;

  /** A requested address is held by someone else. */
  public static final int ADDRESS_TAKEN = 102;

  /** The container has an interface of that name already. */
  public static final int INTERFACE_EXISTS = 103;

  /** An executed plugin ended badly without a CNI error, or printed what is no CNI result. */
  public static final int FOREIGN_PLUGIN_FAILED = 104;

  /** The kernel refused a request; its own words are in the message. */
  public static final int KERNEL_REFUSED = 105;

  /** CHECK: what is there differs from what was attached. */
  public static final int CHECK_FAILED = 106;

  /** Duplicate address detection found another holder of the address on the link. */
  public static final int DUPLICATE_ADDRESS = 107;

  /** The parent link is there, but cannot be used: down, a bridge port, held in another way. */
  public static final int PARENT_UNUSABLE = 108;

  /** This container and interface name are attached already. */
  public static final int ALREADY_ATTACHED = 109;

  /** The pod is not known to the cluster, or is another one of the same name. */
  public static final int POD_NOT_FOUND = 110;

  /** The NetworkAttachmentDefinition or named network is not there. */
  public static final int NETWORK_NOT_FOUND = 111;

  /** Namespace isolation forbids this network to this pod. */
  public static final int NETWORK_FORBIDDEN = 112;

  /** There is no such PCI function, or it is none of the kind that is asked for. */
  public static final int DEVICE_NOT_FOUND = 113;

  /** Somebody uses the PCI function: a pod, the node, a program. */
  public static final int DEVICE_IN_USE = 114;

  /** The PCI function cannot do that, or not now. */
  public static final int DEVICE_UNUSABLE = 115;

  /** The kubelet has not given the pod the device, or none of the pool. */
  public static final int DEVICE_NOT_GRANTED = 116;

  /** A fault of Myriapod itself; please report it. */
  public static final int INTERNAL = 999;

  private ErrorCode() {}
}
