/**
 * Crash-safe records of what is being done to a container and how to undo it: one record per
 * attachment, with an inverse for each step, written before the step is done.
 *
 * <p>The journal knows neither CNI nor the kernel. What an inverse means is known to the handler of
 * its kind; {@link io.myriapod.journal.Undo} decides only when and in which order handlers run. How
 * entries reach the disk is the business of {@code io.myriapod.journal.log}. See docs/journal.md.
 */
package io.myriapod.journal;
