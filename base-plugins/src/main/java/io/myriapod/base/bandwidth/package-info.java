/**
 * The CNI plugin {@code bandwidth}: a token bucket for what an interface sends and one for what it
 * receives. The latter stands on an ifb, to which what is received is redirected first. A veth is
 * limited at its end on the node, where the pod cannot reach it; every other link in the pod. Like
 * the reference plugin, so that either can delete what the other one made.
 */
package io.myriapod.base.bandwidth;
