/**
 * The cluster as the Kubernetes API server knows it: watch caches, one PATCH per status, events.
 *
 * <p>All that is sent goes through {@code Connection}, so that it is counted and bounded in time.
 * {@link io.myriapod.kubernetes.apiserver.AccessRules} lists what it may be.
 */
package io.myriapod.kubernetes.apiserver;
