package io.myriapod.linux.namespace;

import io.myriapod.linux.address.LinkAddress;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.route.RouteEntry;

/** Something that changed in a namespace. */
public sealed interface NamespaceEvent {
  /** A link is new or another than before. */
  record LinkChanged(Link link) implements NamespaceEvent {}

  record LinkGone(Link link) implements NamespaceEvent {}

  /** An address is new, or its flags changed: the end of duplicate detection shows as this. */
  record AddressChanged(LinkAddress address) implements NamespaceEvent {}

  record AddressGone(LinkAddress address) implements NamespaceEvent {}

  record RouteChanged(RouteEntry route) implements NamespaceEvent {}

  record RouteGone(RouteEntry route) implements NamespaceEvent {}

  /** The kernel had to drop some: what is known must be read anew. */
  record Missed() implements NamespaceEvent {}
}
