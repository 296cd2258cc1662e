package io.myriapod.linux.rule;

import io.myriapod.types.IpPrefix;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A policy rule: wanted, or as the kernel showed it.
 *
 * @param source what it looks for in the packet's source; absent: any
 * @param table whose routes are asked; 0 for a rule that does not ask a table
 * @param priority rules are asked from the lowest number to the highest
 * @param plain nothing but the source and the table is in it; a rule that is not plain cannot be
 *     written
 */
public record RuleEntry(
    boolean isV6, Optional<IpPrefix> source, int table, int priority, boolean plain) {

  /** Packets from that one address are routed by the table. */
  public static RuleEntry from(InetAddress address, int table, int priority) {
    IpPrefix source = IpPrefix.host(address);
    return new RuleEntry(source.isV6(), Optional.of(source), table, priority, true);
  }

  /** {@code from 10.1.2.3/32 lookup 100 with priority 32765}: for error texts. */
  public String described() {
    return "from %s lookup %s with priority %d"
        .formatted(
            source.map(IpPrefix::toString).orElse("all"),
            Integer.toUnsignedString(table),
            priority);
  }
}
