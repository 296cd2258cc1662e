/** What the operator says to the agent, and where the agent keeps things. Reads, never writes. */
package io.myriapod.agent.config;
