/**
 * Starting programs and timing them, through the runner in C: a JVM that forks would measure
 * itself. Knows no CNI.
 */
package io.myriapod.bench.run;
