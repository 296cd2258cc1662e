/**
 * Source address translation for pods behind the node, in the nft table {@code inet myriapod}.
 *
 * <p>The table is a projection of the journal: every open record that holds an inverse of kind
 * {@code masquerade} has its addresses in it, nothing else has. So it can be written anew at any
 * time, e.g. after somebody's {@code nft flush ruleset}.
 */
package io.myriapod.base.masquerade;
