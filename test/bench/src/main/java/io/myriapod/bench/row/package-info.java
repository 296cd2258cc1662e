/**
 * How each row is measured. A row is broken if a call has no success, if CHECK finds its result
 * untrue, or if anything is left behind.
 */
package io.myriapod.bench.row;
