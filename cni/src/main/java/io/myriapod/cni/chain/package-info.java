/**
 * Runs the plugins of a network one after another, as a runtime or a meta-plugin must, and an IPAM
 * plugin under a built-in one. Records nothing and undoes nothing.
 */
package io.myriapod.cni.chain;
