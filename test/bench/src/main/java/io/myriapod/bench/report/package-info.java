/** Rows of the table: what was measured, against which goal, and how they are written. */
package io.myriapod.bench.report;
