/**
 * Doing what was planned, and undoing it from the journal: the verbs ADD, DEL, CHECK and GC over
 * all attachments of a pod.
 */
package io.myriapod.multus.attach;
