/**
 * containerd itself calls the shim. What is told here is between the two: sandboxes as the kubelet
 * asks for them, while the agent is there, away, replaced, or the machine was started anew.
 */
package io.myriapod.e2e.runtime;
