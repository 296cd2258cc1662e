package io.myriapod.linux.link;

/**
 * The settings of a link as a port of its bridge. IFLA_BRPORT_* in linux/if_link.h
 *
 * @param hairpin a frame may leave by the port it came in
 * @param isolated no frames from or to other isolated ports
 */
public record BridgePort(boolean hairpin, boolean isolated, boolean learning) {}
