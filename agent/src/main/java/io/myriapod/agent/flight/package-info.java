/**
 * The flight record: what each operation did, step by step, on a bounded piece of disk, and the
 * story of a pod that is told from it. Nothing is decided by it, and it may be deleted at any time.
 */
package io.myriapod.agent.flight;
