/**
 * Lease directories on disk, in the reference's format, and what is known of them in memory. Knows
 * which address is whose; knows nothing of configs and results.
 */
package io.myriapod.ipam.lease;
