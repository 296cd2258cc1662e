package io.myriapod.ipam.lease;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * An address that is taken.
 *
 * @param holder the text of its file with the line break shown as a slash: {@code
 *     containerID/ifname}, or the id alone; empty if the file names nobody
 * @param since when the file was written
 */
public record Lease(InetAddress address, Optional<String> holder, Instant since) {}
