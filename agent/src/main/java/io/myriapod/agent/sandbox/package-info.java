/** What the agent itself sees and does in a pod's network namespace, for the meta-plugin. */
package io.myriapod.agent.sandbox;
