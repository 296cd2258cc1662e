package io.myriapod.linux.rule;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.FamilyHeader;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rules as messages: fib_rule_hdr(12) = family, destination length, source length, tos, table, two
 * reserved, action (u8 each) | flags u32, then FRA_* attributes. linux/fib_rules.h
 */
final class RuleCodec {
  private static final int HEADER = 12;
  private static final int SMALL_TABLES = 255; // what the header's byte can say
  private static final int FR_ACT_TO_TBL = 1;
  private static final int FIB_RULE_INVERT = 2;
  private static final int FRA_DST = 1;
  private static final int FRA_SRC = 2;
  private static final int FRA_PRIORITY = 6;
  private static final int FRA_TABLE = 15;

  /** FRA_IIFNAME, FWMARK, FLOW, TUN_ID, FWMASK, OIFNAME, L3MDEV, UID_RANGE, IP_PROTO, ports. */
  private static final int[] NARROWER = {3, 10, 11, 12, 16, 17, 19, 20, 22, 23, 24, 25};

  /** FRA_SUPPRESS_IFGROUP and SUPPRESS_PREFIXLEN; all bits set: nothing is suppressed. */
  private static final int[] SUPPRESSING = {13, 14};

  private RuleCodec() {}

  record Header(int family, int sourceLength, int table, int action) implements FamilyHeader {
    @Override
    public byte[] bytes() {
      return ByteBuffer.allocate(HEADER)
          .order(ByteOrder.nativeOrder())
          .put((byte) family)
          .put((byte) 0)
          .put((byte) sourceLength)
          .put((byte) 0)
          .put((byte) (isSmall(table) ? table : 0))
          .put((byte) 0)
          .put((byte) 0)
          .put((byte) action)
          .putInt(0)
          .array();
    }
  }

  private static boolean isSmall(int table) {
    return Integer.compareUnsigned(table, SMALL_TABLES) <= 0;
  }

  static NetlinkRequest add(RuleEntry rule) {
    return write(
        Netlink.RTM_NEWRULE, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, rule, FR_ACT_TO_TBL);
  }

  /** The action is left open, as iproute2 has it. */
  static NetlinkRequest delete(RuleEntry rule) {
    return write(Netlink.RTM_DELRULE, 0, rule, 0);
  }

  private static NetlinkRequest write(int type, int flags, RuleEntry rule, int action) {
    if (!rule.plain()) {
      throw new IllegalArgumentException(
          "rule %s has more in it than source and table".formatted(rule.described()));
    }
    int family = rule.isV6() ? Netlink.AF_INET6 : Netlink.AF_INET;
    int length = rule.source().map(IpPrefix::length).orElse(0);
    NetlinkRequest request =
        NetlinkRequest.of(type, flags, new Header(family, length, rule.table(), action));
    rule.source().ifPresent(source -> request.bytes(FRA_SRC, source.address().getAddress()));
    if (!isSmall(rule.table())) {
      request.u32(FRA_TABLE, rule.table());
    }
    return request.u32(FRA_PRIORITY, rule.priority());
  }

  /** RTM_GETRULE for a dump. */
  static NetlinkRequest list(int family) {
    return NetlinkRequest.of(Netlink.RTM_GETRULE, 0, new Header(family, 0, 0, 0));
  }

  /** The rule of an RTM_NEWRULE message; empty if it is not IP. */
  static Optional<RuleEntry> decode(NetlinkMessage message) {
    ByteBuffer in = message.payload();
    int family = Byte.toUnsignedInt(in.get(0));
    if (family != Netlink.AF_INET && family != Netlink.AF_INET6) {
      return Optional.empty();
    }
    Attributes attributes = message.attributes(HEADER);
    int sourceLength = Byte.toUnsignedInt(in.get(2));
    boolean toTable = in.get(7) == FR_ACT_TO_TBL;
    int table = attributes.u32(FRA_TABLE).orElse(Byte.toUnsignedInt(in.get(4)));
    return Optional.of(
        new RuleEntry(
            family == Netlink.AF_INET6,
            attributes
                .bytes(FRA_SRC)
                .map(IpAddresses::of)
                .map(address -> new IpPrefix(address, sourceLength)),
            toTable ? table : 0,
            attributes.u32(FRA_PRIORITY).orElse(0),
            toTable && isPlain(in, attributes)));
  }

  private static boolean isPlain(ByteBuffer header, Attributes attributes) {
    boolean anyService = header.get(3) == 0;
    boolean inverted = (header.getInt(8) & FIB_RULE_INVERT) != 0;
    return anyService
        && !inverted
        && !attributes.has(FRA_DST)
        && IntStream.of(NARROWER).noneMatch(attributes::has)
        && IntStream.of(SUPPRESSING).allMatch(type -> attributes.u32(type).orElse(-1) == -1);
  }
}
