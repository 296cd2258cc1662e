/**
 * How the agent runs the inverses that plugins record in the journal: links of a whole pod in one
 * go, leases, foreign plugins. Each is idempotent and touches only what is provably its own.
 */
package io.myriapod.agent.undo;
