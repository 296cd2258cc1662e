/**
 * A node with networks of one kind and its pods, and what happens to it: agents that are killed,
 * hidden from things, replaced; runtimes that come late or twice. The crashes proper are in {@code
 * faults}.
 */
package io.myriapod.e2e.node;
