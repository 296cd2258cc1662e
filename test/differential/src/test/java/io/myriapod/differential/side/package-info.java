/**
 * The two sides, each a node with the same links: the reference plugins on one, us on the other.
 */
package io.myriapod.differential.side;
