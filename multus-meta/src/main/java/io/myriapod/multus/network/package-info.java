/**
 * From the name of a network to its configuration, and whether a pod may have it: definitions of
 * the cluster, files of the node, namespace isolation.
 */
package io.myriapod.multus.network;
