/**
 * The plugin {@code tuning}: sysctls of the pod, and MAC, MTU, flags and queue length of a link
 * that another plugin made. It makes nothing of its own; what was there before is in the journal.
 */
package io.myriapod.base.tuning;
