/**
 * The kubelet of the node: gRPC over Unix sockets, and what it tells of the devices that pods have.
 * The generated messages are a module of their own, {@code kubelet-api}.
 */
package io.myriapod.kubernetes.kubelet;
