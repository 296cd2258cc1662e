/**
 * Whole Ethernet frames: those that tell neighbours who has an address now, and the packet socket
 * that sends them by one link.
 */
package io.myriapod.linux.packet;
