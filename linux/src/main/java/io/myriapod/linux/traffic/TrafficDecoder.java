package io.myriapod.linux.traffic;

import io.myriapod.linux.netlink.Attributes;
import io.myriapod.linux.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** RTM_NEWQDISC and RTM_NEWTFILTER messages as values: tcmsg | TCA_* attributes. */
final class TrafficDecoder {
  private TrafficDecoder() {}

  static Qdisc qdisc(NetlinkMessage message) {
    TrafficMessage header = TrafficMessage.read(message.payload());
    Attributes attributes = message.attributes(TrafficMessage.BYTES);
    String kind = attributes.string(Tca.KIND).orElse("");
    Optional<Qdisc.Details> tbf =
        kind.equals("tbf") ? tbf(attributes.nested(Tca.OPTIONS)) : Optional.empty();
    return new Qdisc(kind, header.handle(), tbf.orElseGet(Qdisc.Plain::new));
  }

  private static Optional<Qdisc.Details> tbf(Attributes options) {
    return struct(options, Tca.TBF_PARMS, 36)
        .map(
            parameters ->
                new Qdisc.Tbf(
                    new TokenBucket(
                        options
                            .u64(Tca.TBF_RATE64)
                            .orElse(Integer.toUnsignedLong(parameters.getInt(8))),
                        Integer.toUnsignedLong(parameters.getInt(28)),
                        Integer.toUnsignedLong(parameters.getInt(24)))));
  }

  /** Empty for the messages in which the kernel tells of a filter's tables and chains. */
  static Optional<IngressFilter> filter(NetlinkMessage message) {
    TrafficMessage header = TrafficMessage.read(message.payload());
    Attributes attributes = message.attributes(TrafficMessage.BYTES);
    Attributes options = attributes.nested(Tca.OPTIONS);
    String kind = attributes.string(Tca.KIND).orElse("");
    boolean u32 = kind.equals("u32");
    if (header.handle() == 0 || u32 && !options.has(Tca.U32_SEL)) {
      return Optional.empty();
    }
    return Optional.of(
        new IngressFilter(
            kind,
            header.priority(),
            header.protocol(),
            u32 && matchesAll(options),
            u32 ? redirectTo(options.nested(Tca.U32_ACT).nested(1)) : Optional.empty()));
  }

  /** One key, whose mask has no bit. */
  private static boolean matchesAll(Attributes options) {
    return struct(options, Tca.U32_SEL, 32)
        .filter(selector -> selector.get(2) == 1 && selector.getInt(16) == 0)
        .isPresent();
  }

  private static Optional<Integer> redirectTo(Attributes action) {
    if (!action.string(Tca.ACT_KIND).equals(Optional.of("mirred"))) {
      return Optional.empty();
    }
    return struct(action.nested(Tca.ACT_OPTIONS), Tca.MIRRED_PARMS, 28)
        .filter(parameters -> parameters.getInt(20) == Tca.EGRESS_REDIRECT)
        .map(parameters -> parameters.getInt(24));
  }

  private static Optional<ByteBuffer> struct(Attributes attributes, int type, int leastBytes) {
    return attributes
        .bytes(type)
        .filter(bytes -> bytes.length >= leastBytes)
        .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
  }
}
