/**
 * What a node needs for the agent to work, looked at from outside: read only, with an agent or
 * without. Each finding comes with what to do about it.
 */
package io.myriapod.agent.doctor;
