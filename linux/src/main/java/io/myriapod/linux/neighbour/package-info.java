/** Neighbour (ARP, NDP) entries of one namespace, by rtnetlink. */
package io.myriapod.linux.neighbour;
