/**
 * An append-only log of byte strings that survives crashes: segments, snapshots, group commit,
 * compaction, a reserve for the day the disk is full. Knows nothing of what the entries say. Public
 * only for {@code io.myriapod.journal}. Format: docs/journal.md.
 */
package io.myriapod.journal.log;
