/**
 * What is wrong with configurations before they are on a node: manifests of pods and
 * NetworkAttachmentDefinitions, and the node's own files. Asks neither kernel nor cluster.
 */
package io.myriapod.agent.inspection;
