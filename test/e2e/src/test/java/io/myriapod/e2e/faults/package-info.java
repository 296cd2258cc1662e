/** The agent killed at every point of a record's life, and what is left then: nothing. */
package io.myriapod.e2e.faults;
