/**
 * Single changes of the node, as data: they are shown by a dry run and made one by one, each within
 * a deadline. What belongs together, and in which order, is the business of others.
 */
package io.myriapod.vfio.change;
