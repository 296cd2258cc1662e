/**
 * Address arithmetic of the host-local pool: ranges, sets of them, the round robin and the taken
 * runs. Knows no files and no JSON.
 */
package io.myriapod.ipam.range;
