/**
 * The verbs of {@code myriapod}, one class each: read arguments, call, print. Verbs that change
 * something go through the agent's socket; the others may read its files.
 */
package io.myriapod.agent.cli;
