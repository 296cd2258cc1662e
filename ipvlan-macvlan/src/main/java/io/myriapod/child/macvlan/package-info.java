/** The plugin {@code macvlan}: a child with a MAC address of its own. */
package io.myriapod.child.macvlan;
