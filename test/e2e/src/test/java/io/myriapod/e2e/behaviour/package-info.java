/**
 * What a pod, a network engineer and a container runtime can rely on, against the real agent
 * through the real shim: pods and their annotations, foreign plugins, bad input, plugins called by
 * their own names, sharing a pool with the reference plugin.
 *
 * <p>The tests of a class share one {@link io.myriapod.e2e.behaviour.Stage}. Faults and crashes
 * have a package of their own.
 */
package io.myriapod.e2e.behaviour;
