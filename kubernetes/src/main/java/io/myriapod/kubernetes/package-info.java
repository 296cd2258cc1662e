/**
 * What this project needs of Kubernetes: pods, NetworkAttachmentDefinitions, events, and the port
 * through which they are reached.
 *
 * <p>Adapters of the port live in packages of their own. No CNI, no kernel.
 */
package io.myriapod.kubernetes;
