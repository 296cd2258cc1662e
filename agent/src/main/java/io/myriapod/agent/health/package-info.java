/** Whether the agent is alive and ready, and if not, why. Knows nothing of who asks. */
package io.myriapod.agent.health;
