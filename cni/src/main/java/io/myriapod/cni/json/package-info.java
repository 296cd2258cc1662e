/**
 * JSON as CNI needs it: bounded reading, exact numbers, keys in their order, and Go's rule for
 * finding a key. Nothing here knows what the keys mean.
 */
package io.myriapod.cni.json;
