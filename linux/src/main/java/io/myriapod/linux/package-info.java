/**
 * The node as its kernel shows it: {@link io.myriapod.linux.Node} opens its namespaces, the
 * packages below act in them. Knows no CNI and no Kubernetes.
 */
package io.myriapod.linux;
