package io.myriapod.base.masquerade;

import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code nft -f -} reads; each script is one transaction. nft(8).
 *
 * <p>Adding and removing single elements takes nft about 3 ms. A transaction that deletes a chain
 * or a set takes 20: the kernel lets nft's socket go only after an RCU grace period. Hence elements
 * in sets and not a rule per pod.
 */
final class NftScript {
  /** Family and name of the table that belongs to us alone. */
  static final String TABLE = "inet myriapod";

  /** Comment of the rule that translates IPv4; its presence says that the chain is whole. */
  static final String RULE_4 = "myriapod masquerade 4";

  /** The same for IPv6. */
  static final String RULE_6 = "myriapod masquerade 6";

  private static final String DEFINITION =
      """
      create table inet myriapod { comment "masquerade for pods, written by myriapod"; }
      add set inet myriapod pods4 { type ipv4_addr; }
      add set inet myriapod inside4 { type ipv4_addr . ipv4_addr; flags interval; }
      add set inet myriapod pods6 { type ipv6_addr; }
      add set inet myriapod inside6 { type ipv6_addr . ipv6_addr; flags interval; }
      add chain inet myriapod postrouting { type nat hook postrouting priority 100; policy accept; }
      add rule inet myriapod postrouting ip daddr 224.0.0.0/4 return comment "multicast"
      add rule inet myriapod postrouting ip6 daddr ff00::/8 return comment "multicast"
      add rule inet myriapod postrouting ip saddr . ip daddr @inside4 return comment "own subnet"
      add rule inet myriapod postrouting ip6 saddr . ip6 daddr @inside6 return comment "own subnet"
      add rule inet myriapod postrouting ip saddr @pods4 masquerade comment "myriapod masquerade 4"
      add rule inet myriapod postrouting ip6 saddr @pods6 masquerade comment "myriapod masquerade 6"
      """;

  /** One piece of text for the hook and for each rule, as nft prints them. */
  private static final List<String> MARKS =
      List.of(
          "type nat hook postrouting",
          "224.0.0.0/4 return",
          "ff00::/8 return",
          "@inside4 return",
          "@inside6 return",
          RULE_4,
          RULE_6);

  private NftScript() {}

  /** The whole table, made anew, with these addresses and no other. */
  static String projection(Collection<IpPrefix> addresses) {
    return removal() + creation(addresses);
  }

  /** The whole table with these addresses; refused if it is there. Half as long as the above. */
  static String creation(Collection<IpPrefix> addresses) {
    return DEFINITION + elements("add", widest(addresses));
  }

  /** Puts addresses into the table, and prints the chain. Refused if the table is not there. */
  static String addition(Collection<IpPrefix> addresses) {
    return elements("add", widest(addresses)) + "list chain " + TABLE + " postrouting\n";
  }

  /** Takes addresses out of the table. Refused if one of them is not in it. */
  static String subtraction(Collection<IpPrefix> addresses) {
    return elements("delete", widest(addresses));
  }

  /** Removes the table, whether or not it is there. */
  static String removal() {
    return "add table %s\ndelete table %s\n".formatted(TABLE, TABLE);
  }

  /** Prints chain and sets, and is refused if one of these addresses is not in them. */
  static String question(Collection<IpPrefix> addresses) {
    return "list chain " + TABLE + " postrouting\n" + elements("get", widest(addresses));
  }

  /** Whether this print of the chain has its hook and all of its rules. */
  static boolean isWhole(String chain) {
    return MARKS.stream().allMatch(chain::contains);
  }

  private static String elements(String verb, Collection<IpPrefix> addresses) {
    StringBuilder script = new StringBuilder();
    for (IpPrefix prefix : addresses) {
      String family = prefix.isV6() ? "6" : "4";
      String source = IpAddresses.format(prefix.address());
      script.append("%s element %s pods%s { %s }\n".formatted(verb, TABLE, family, source));
      script.append(
          "%s element %s inside%s { %s . %s }\n"
              .formatted(verb, TABLE, family, source, prefix.network()));
    }
    return script.toString();
  }

  /** One prefix for each address, the widest: nft refuses overlapping intervals. */
  private static Collection<IpPrefix> widest(Collection<IpPrefix> addresses) {
    Map<String, IpPrefix> byAddress = new TreeMap<>();
    for (IpPrefix prefix : addresses) {
      byAddress.merge(
          IpAddresses.format(prefix.address()),
          prefix,
          (one, other) -> one.length() <= other.length() ? one : other);
    }
    return byAddress.values();
  }
}
