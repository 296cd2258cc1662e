package io.myriapod.linux.traffic;

import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The rtnetlink requests about queueing disciplines and filters, as bytes. */
final class TrafficRequests {
  private static final int CREATE = Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
  private static final int PRIORITY = 1;
  private static final long MAX_U32 = 0xffff_ffffL;

  private TrafficRequests() {}

  /**
   * RTM_NEWQDISC that puts tbf at the root. tc_tbf_qopt: rate 12 bytes | peak rate 12 | limit u32 |
   * buffer u32 | mtu u32; tc_ratespec has its rate u32 in bytes 8 to 11. A rate that needs more
   * bits is in TCA_TBF_RATE64 as well. Without the table of TCA_TBF_RTAB, which no kernel needs
   * since 3.8.
   */
  static NetlinkRequest addTbf(int linkIndex, TokenBucket bucket) {
    byte[] parameters =
        ByteBuffer.allocate(36)
            .order(ByteOrder.nativeOrder())
            .putInt(8, (int) Math.min(bucket.rate(), MAX_U32))
            .putInt(24, (int) bucket.limit())
            .putInt(28, (int) bucket.bufferTicks())
            .array();
    return NetlinkRequest.of(
            Netlink.RTM_NEWQDISC,
            CREATE,
            new TrafficMessage(linkIndex, Tca.ROOT_HANDLE, Tca.ROOT, 0))
        .string(Tca.KIND, "tbf")
        .nest(
            Tca.OPTIONS,
            options -> {
              options.bytes(Tca.TBF_PARMS, parameters);
              if (bucket.rate() > MAX_U32) {
                options.u64(Tca.TBF_RATE64, bucket.rate());
              }
            });
  }

  /** RTM_NEWQDISC that makes the place where filters of received packets stand. */
  static NetlinkRequest addIngress(int linkIndex) {
    return NetlinkRequest.of(Netlink.RTM_NEWQDISC, CREATE, ingress(linkIndex))
        .string(Tca.KIND, "ingress");
  }

  /** RTM_DELQDISC of the root: the kernel's default comes back. */
  static NetlinkRequest deleteRoot(int linkIndex) {
    return NetlinkRequest.of(
        Netlink.RTM_DELQDISC, 0, new TrafficMessage(linkIndex, 0, Tca.ROOT, 0));
  }

  /** RTM_DELQDISC of ingress, with its filters. */
  static NetlinkRequest deleteIngress(int linkIndex) {
    return NetlinkRequest.of(Netlink.RTM_DELQDISC, 0, ingress(linkIndex))
        .string(Tca.KIND, "ingress");
  }

  private static TrafficMessage ingress(int linkIndex) {
    return new TrafficMessage(linkIndex, Tca.INGRESS_HANDLE, Tca.INGRESS, 0);
  }

  /** RTM_GETQDISC of one place. Kernels before 6.8 answer only those who want an echo. */
  static NetlinkRequest get(int linkIndex, int parent) {
    return NetlinkRequest.of(
        Netlink.RTM_GETQDISC, Netlink.NLM_F_ECHO, new TrafficMessage(linkIndex, 0, parent, 0));
  }

  /**
   * RTM_NEWTFILTER on ingress: u32 with one key that anything matches, and one action: mirred,
   * which sends it out by the other link.
   */
  static NetlinkRequest redirectIngress(int linkIndex, int toIndex) {
    int info = TrafficMessage.info(PRIORITY, Tca.ETH_P_ALL);
    return NetlinkRequest.of(
            Netlink.RTM_NEWTFILTER,
            CREATE,
            new TrafficMessage(linkIndex, 0, Tca.INGRESS_HANDLE, info))
        .string(Tca.KIND, "u32")
        .nest(
            Tca.OPTIONS,
            options ->
                options
                    .u32(Tca.U32_CLASSID, Tca.U32_FLOW)
                    .nest(Tca.U32_ACT, actions -> actions.nest(1, one -> redirect(one, toIndex)))
                    .bytes(Tca.U32_SEL, anything()));
  }

  /**
   * tc_mirred: index u32 | capabilities u32 | then i32 | references i32 | bindings i32 | what i32 |
   * link u32.
   */
  private static void redirect(NetlinkRequest action, int toIndex) {
    byte[] parameters =
        ByteBuffer.allocate(28)
            .order(ByteOrder.nativeOrder())
            .putInt(8, Tca.ACT_STOLEN)
            .putInt(20, Tca.EGRESS_REDIRECT)
            .putInt(24, toIndex)
            .array();
    action
        .string(Tca.ACT_KIND, "mirred")
        .nest(
            Tca.ACT_OPTIONS | Netlink.NLA_F_NESTED,
            options -> options.bytes(Tca.MIRRED_PARMS, parameters));
  }

  /** tc_u32_sel: flags u8 | shift u8 | keys u8 | 13 more | one tc_u32_key: 16 bytes of no mask. */
  private static byte[] anything() {
    return ByteBuffer.allocate(32).put((byte) Tca.U32_TERMINAL).put(2, (byte) 1).array();
  }

  /** RTM_GETTFILTER, a dump of those on ingress. */
  static NetlinkRequest ingressFilters(int linkIndex) {
    return NetlinkRequest.of(
        Netlink.RTM_GETTFILTER, 0, new TrafficMessage(linkIndex, 0, Tca.INGRESS_FILTERS, 0));
  }
}
