/**
 * The node at a glance: what can be read from the files that the agent keeps, with or without one
 * at work, and how an agent is asked for the rest. What an agent adds is put together in service.
 */
package io.myriapod.agent.status;
