/**
 * What every child of a parent link has in common: how a config names the parent, what keeps a
 * parent from having children, and the plugin itself, whose verbs are told of a kind by {@link
 * io.myriapod.child.link.ChildKind}. Addresses and routes are ipam's; what a link is, is linux's.
 */
package io.myriapod.child.link;
