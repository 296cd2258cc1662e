/**
 * Two nodes that are wired alike: one with our agent, one on which the reference plugins are
 * executed; the networks that pods are attached to on both, and the calls that do it.
 */
package io.myriapod.bench.node;
