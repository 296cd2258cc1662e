package io.myriapod.linux.rule;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.RouteSocket;
import java.util.List;
import java.util.stream.Stream;

/** The policy rules of one namespace. Throws {@link ErrnoException} when refused. */
public final class Rules {
  private static final int FIRST = 1;

  private static final int MOST = 8_192;

  private final RouteSocket socket;

  /** The socket stays its opener's to close. */
  public Rules(RouteSocket socket) {
    this.socket = socket;
  }

  /**
   * Adds a rule.
   *
   * @throws ErrnoException EEXIST if there is one just like it, EOPNOTSUPP from a kernel without
   *     policy routing
   */
  public void add(RuleEntry rule) {
    socket.execute("add rule " + rule.described(), RuleCodec.add(rule));
  }

  /**
   * Deletes a rule with that source, table and priority.
   *
   * @throws ErrnoException ENOENT if there is none
   */
  public void delete(RuleEntry rule) {
    socket.execute("delete rule " + rule.described(), RuleCodec.delete(rule));
  }

  /**
   * All rules, IPv4 first, in the order in which the kernel asks them.
   *
   * @throws ErrnoException ENOBUFS if there are more of a family than are held in memory
   */
  public List<RuleEntry> list() {
    return Stream.concat(dump(Netlink.AF_INET), dump(Netlink.AF_INET6)).toList();
  }

  /** A kernel without IPv6 has no rules of it; one without policy routing has none at all. */
  private Stream<RuleEntry> dump(int family) {
    try {
      return socket.dump("list rules", RuleCodec.list(family), MOST, RuleCodec::decode).stream();
    } catch (ErrnoException e) {
      if (e.is(Errno.EOPNOTSUPP) || e.is(Errno.EAFNOSUPPORT)) {
        return Stream.empty();
      }
      throw e;
    }
  }

  /**
   * The priority that the kernel would give a rule that is added without one: just before the
   * second rule, which is behind the one for the table local. fib_default_rule_pref in
   * net/core/fib_rules.c
   *
   * @param rules as {@link #list()} gives them
   */
  public static int nextPriority(List<RuleEntry> rules, boolean v6) {
    return rules.stream()
        .filter(rule -> rule.isV6() == v6)
        .skip(1)
        .findFirst()
        .map(second -> Math.max(second.priority() - 1, FIRST))
        .orElse(FIRST);
  }
}
