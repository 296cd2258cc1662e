/**
 * The {@code k8s.v1.cni.cncf.io/network-status} annotation: what a pod got.
 *
 * <p>NPWG specification 1.3, section 5. Writing it somewhere is the adapters' business.
 */
package io.myriapod.kubernetes.status;
