/**
 * Network configurations: one plugin's, lists of them, the directory where they lie, and the rules
 * by which a plugin's stdin is derived. No plugin's own keys, except the table of keys that only
 * the node's binaries know.
 */
package io.myriapod.cni.config;
