/**
 * The contract between the agent and a plugin: the verbs of the specification and plain requests.
 * No plugin lives here.
 */
package io.myriapod.cni.plugin;
