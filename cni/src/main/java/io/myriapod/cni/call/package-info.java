/**
 * A call as a container runtime makes it: environment and stdin, checked and turned into requests.
 * CNI SPEC 1.1.0, "Section 2: Execution Protocol".
 */
package io.myriapod.cni.call;
