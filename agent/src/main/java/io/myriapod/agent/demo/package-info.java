/**
 * {@code myriapod demo}: a node, a pod and what lies at the far end of its networks, made of
 * network namespaces; the agent and the shim are run on it as a container runtime would, and what
 * is left afterwards is compared with what was there before.
 *
 * <p>Only programs look at the result ({@code ip}, {@code nft}, {@code ping}); none of the agent's
 * own classes do, so that the demonstration proves something.
 */
package io.myriapod.agent.demo;
