/**
 * The plugin {@code sbr}, source based routing: what leaves from an address of one interface is
 * routed by a table of that address, so that replies leave by the interface that the question came
 * in by. Chained behind the plugin that made the interface.
 */
package io.myriapod.base.sbr;
