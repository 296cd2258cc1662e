/** The plugin {@code vlan}: the frames of a parent that carry one tag. */
package io.myriapod.child.vlan;
