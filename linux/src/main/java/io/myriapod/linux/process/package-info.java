/** Processes of others: their groups, and what they have open. */
package io.myriapod.linux.process;
