/**
 * The IPAM type {@code host-local}: its configuration and its verbs. How leases lie on disk is the
 * business of {@code lease}.
 */
package io.myriapod.ipam.hostlocal;
