/** The plugin {@code ipvlan}: a child that shares its parent's MAC address. */
package io.myriapod.child.ipvlan;
