/**
 * What is counted and measured, in the names and the text format of Prometheus. docs/operations.md,
 * "Metrics", lists every series; the parts of the agent that know a number register it here.
 */
package io.myriapod.agent.metrics;
