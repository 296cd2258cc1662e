/**
 * What the kernel has on a node and in a pod, as ip, tc, bridge, nft and /proc show it, in a form
 * that can be compared with that of another node. No class of the product.
 */
package io.myriapod.differential.kernel;
