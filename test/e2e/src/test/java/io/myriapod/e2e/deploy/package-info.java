/**
 * What a cluster is given: {@code deploy/}, rendered as {@code kubectl apply -k} does and compared
 * with what the agent and the documentation say. Needs no privileges and no cluster.
 */
package io.myriapod.e2e.deploy;
