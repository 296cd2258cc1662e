package io.myriapod.linux.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.linux.netlink.Frames;
import org.junit.jupiter.api.Test;

/**
 * Golden frames, taken with {@code strace -e write=all} from what is named above each; the sequence
 * number put to 0.
 */
class TrafficRequestsTest {

  /** Reference bandwidth plugin 1.9.1, 8 Mbit/s and a burst of 80000 bits. */
  @Test
  void addTbf_rateBelow4GiB_equalsReferencePlugin() {
    assertEquals(
        """
        58 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 02 00 00 00 00 00 01 00 ff ff ff ff
        00 00 00 00 08 00 01 00 74 62 66 00 2c 00 02 00
        28 00 01 00 00 00 00 00 00 00 00 00 40 42 0f 00
        00 00 00 00 00 00 00 00 00 00 00 00 b8 88 00 00
        5a 62 02 00 00 00 00 00
        """,
        Frames.acknowledged(
            TrafficRequests.addTbf(2, new TokenBucket(1_000_000, 156_250, 35_000))));
  }

  /** The same at 40 Gbit/s, but for the 32-bit rate, in which tc writes the greatest one. */
  @Test
  void addTbf_rateOf40Gigabit_hasTheLongRateToo() {
    assertEquals(
        """
        64 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 01 00 ff ff ff ff
        00 00 00 00 08 00 01 00 74 62 66 00 38 00 02 00
        28 00 01 00 00 00 00 00 00 00 00 00 ff ff ff ff
        00 00 00 00 00 00 00 00 00 00 00 00 80 9b 82 07
        35 0c 00 00 00 00 00 00 0c 00 04 00 00 f2 05 2a
        01 00 00 00
        """,
        Frames.acknowledged(
            TrafficRequests.addTbf(3, new TokenBucket(5_000_000_000L, 3_125, 126_000_000))));
  }

  /** {@code tc qdisc add dev v0 handle ffff: ingress} */
  @Test
  void addIngress_ofLink_equalsIproute2() {
    assertEquals(
        """
        30 00 00 00 24 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 ff ff f1 ff ff ff
        00 00 00 00 0c 00 01 00 69 6e 67 72 65 73 73 00
        """,
        Frames.acknowledged(TrafficRequests.addIngress(3)));
  }

  /**
   * {@code tc filter add dev v0 parent ffff: protocol all prio 1 u32 match u32 0 0 flowid 1:1
   * action mirred egress redirect dev ifb9}
   */
  @Test
  void redirectIngress_toAnotherLink_equalsIproute2() {
    assertEquals(
        """
        94 00 00 00 2c 00 05 06 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 00 00 00 00 ff ff
        00 03 01 00 08 00 01 00 75 33 32 00 68 00 02 00
        08 00 01 00 01 00 01 00 38 00 07 00 34 00 01 00
        0b 00 01 00 6d 69 72 72 65 64 00 00 24 00 02 80
        20 00 02 00 00 00 00 00 00 00 00 00 04 00 00 00
        00 00 00 00 00 00 00 00 01 00 00 00 04 00 00 00
        24 00 05 00 01 00 01 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        00 00 00 00
        """,
        Frames.acknowledged(TrafficRequests.redirectIngress(3, 4)));
  }

  /** {@code tc qdisc del dev v0 root} */
  @Test
  void deleteRoot_ofLink_equalsIproute2() {
    assertEquals(
        """
        24 00 00 00 25 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 00 00 ff ff ff ff
        00 00 00 00
        """,
        Frames.acknowledged(TrafficRequests.deleteRoot(3)));
  }

  /** {@code tc qdisc del dev v0 ingress} */
  @Test
  void deleteIngress_ofLink_equalsIproute2() {
    assertEquals(
        """
        30 00 00 00 25 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 03 00 00 00 00 00 ff ff f1 ff ff ff
        00 00 00 00 0c 00 01 00 69 6e 67 72 65 73 73 00
        """,
        Frames.acknowledged(TrafficRequests.deleteIngress(3)));
  }
}
