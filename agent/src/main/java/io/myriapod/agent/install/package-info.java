/** Becoming the node's CNI plugin, and ceasing to be it. */
package io.myriapod.agent.install;
