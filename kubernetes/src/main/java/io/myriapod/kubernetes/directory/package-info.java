/**
 * The cluster as a folder of manifests, the same files that {@code kubectl apply} takes, with
 * statuses and events as files beside it.
 *
 * <p>For a single node, an air-gapped one, the demo and the tests. Reads and writes files, nothing
 * else.
 */
package io.myriapod.kubernetes.directory;
