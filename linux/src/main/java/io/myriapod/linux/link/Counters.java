package io.myriapod.linux.link;

import io.myriapod.linux.netlink.Attributes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What went through an interface since its driver counts; unsigned, and never less later unless the
 * driver began anew. As the interface's user sees it: received is what came to the pod.
 */
public record Counters(
    long receivedBytes,
    long receivedPackets,
    long receivedDropped,
    long sentBytes,
    long sentPackets,
    long sentDropped) {

  /** Words of rtnl_link_stats64 before those that matter end. linux/if_link.h */
  private static final int WORDS = 8;

  /** Whether anything was counted: a driver that does not count says zero. */
  public boolean isZero() {
    return equals(new Counters(0, 0, 0, 0, 0, 0));
  }

  /**
   * rtnl_link_stats64: rx_packets | tx_packets | rx_bytes | tx_bytes | rx_errors | tx_errors |
   * rx_dropped | tx_dropped …, u64 each.
   */
  static Optional<Counters> ofLink(Attributes link) {
    return link.bytes(Ifla.STATS64)
        .filter(bytes -> bytes.length >= WORDS * Long.BYTES)
        .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asLongBuffer())
        .map(at -> new Counters(at.get(2), at.get(0), at.get(6), at.get(3), at.get(1), at.get(7)));
  }

  /** IFLA_VF_STATS { IFLA_VF_STATS_* u64 }, of one virtual function. */
  static Optional<Counters> ofFunction(Attributes function) {
    if (!function.has(Ifla.VF_STATS)) {
      return Optional.empty();
    }
    Attributes stats = function.nested(Ifla.VF_STATS);
    return Optional.of(
        new Counters(
            stats.u64(Ifla.VF_STATS_RX_BYTES).orElse(0L),
            stats.u64(Ifla.VF_STATS_RX_PACKETS).orElse(0L),
            stats.u64(Ifla.VF_STATS_RX_DROPPED).orElse(0L),
            stats.u64(Ifla.VF_STATS_TX_BYTES).orElse(0L),
            stats.u64(Ifla.VF_STATS_TX_PACKETS).orElse(0L),
            stats.u64(Ifla.VF_STATS_TX_DROPPED).orElse(0L)));
  }
}
