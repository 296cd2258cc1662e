package io.myriapod.linux.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkMessage;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.MacAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VfDecoderTest {
  /** A frame that a kernel sent; where it comes from is said in the file. */
  private static NetlinkMessage recorded(String name) throws IOException {
    try (InputStream in = VfDecoderTest.class.getResourceAsStream(name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return Frames.message(
          text.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining()));
    }
  }

  private static NetlinkRequest newLink() {
    return NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, new IfInfo(Netlink.AF_UNSPEC, 1, 2, 0, 0))
        .string(Ifla.IFNAME, "ens1f0");
  }

  private static byte[] words(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.nativeOrder());
    IntStream.of(values).forEach(bytes::putInt);
    return bytes.array();
  }

  private static byte[] mac(int index) {
    return ByteBuffer.allocate(36).order(ByteOrder.nativeOrder()).putInt(index).array();
  }

  @Test
  void decode_recordedFromIgb_isWhatIpShowed() throws IOException {
    Map<Integer, VfState> states = VfDecoder.decode(recorded("igb-four-virtual-functions.hex"));

    assertEquals(Set.of(0, 1, 2, 3), states.keySet());
    assertEquals(
        new VfState(
            1,
            Optional.of(MacAddress.parse("02:00:00:00:00:11")),
            Optional.of(new VfVlan(100, 3, VfVlan.DOT1Q)),
            Optional.of(true),
            Optional.of(false),
            Optional.of(new VfRate(0, 0)),
            Optional.of(VfLinkState.AUTO)),
        states.get(1));
    assertEquals(Optional.of(true), states.get(2).trust());
    assertEquals(Optional.of(false), states.get(2).spoofCheck());
    assertEquals(Optional.of(new VfRate(0, 100)), states.get(3).rate());
    assertEquals(Optional.of(new VfVlan(0, 0, VfVlan.DOT1Q)), states.get(0).vlan());
  }

  @Test
  void counters_ofThoseThatTheDriverCountsFor_areAsThePodSeesThem() {
    NetlinkRequest link =
        newLink()
            .nest(
                Ifla.VFINFO_LIST,
                list ->
                    list.nest(Ifla.VF_INFO, one -> one.bytes(Ifla.VF_MAC, mac(0)))
                        .nest(
                            Ifla.VF_INFO,
                            one ->
                                one.bytes(Ifla.VF_MAC, mac(3))
                                    .nest(Ifla.VF_STATS, VfDecoderTest::counted)));

    assertEquals(
        Map.of(3, new Counters(3_000_000_000_000L, 30, 7, 400, 4, 8)),
        VfDecoder.counters(Frames.message(link)));
  }

  private static void counted(NetlinkRequest stats) {
    stats
        .u64(0, 30) // IFLA_VF_STATS_RX_PACKETS
        .u64(1, 4) // TX_PACKETS
        .u64(2, 3_000_000_000_000L) // RX_BYTES
        .u64(3, 400) // TX_BYTES
        .u64(4, 1) // BROADCAST
        .u64(5, 2) // MULTICAST
        .u64(7, 7) // RX_DROPPED
        .u64(8, 8); // TX_DROPPED
  }

  @Test
  void decode_recordedLink_isReadAsALinkToo() throws IOException {
    Link link = LinkDecoder.decode(recorded("igb-four-virtual-functions.hex"));

    assertEquals("eth0", link.name());
    assertEquals(Optional.of("0000:01:00.0"), link.parentDevice());
  }

  @Test
  void decode_listOutOfOrder_goesByTheNumberInside() {
    NetlinkRequest link =
        newLink()
            .nest(
                Ifla.VFINFO_LIST,
                list ->
                    list.nest(Ifla.VF_INFO, info -> info.bytes(Ifla.VF_MAC, mac(7)))
                        .nest(Ifla.VF_INFO, info -> info.bytes(Ifla.VF_MAC, mac(3))));

    Map<Integer, VfState> states = VfDecoder.decode(Frames.message(link));

    assertEquals(Set.of(3, 7), states.keySet());
    assertEquals(3, states.get(3).index());
  }

  @Test
  void decode_driverWithoutValues_leavesThemEmpty() {
    NetlinkRequest link =
        newLink()
            .nest(
                Ifla.VFINFO_LIST,
                list ->
                    list.nest(
                        Ifla.VF_INFO,
                        info ->
                            info.bytes(Ifla.VF_MAC, mac(0))
                                .bytes(Ifla.VF_SPOOFCHK, words(0, -1))
                                .bytes(Ifla.VF_TRUST, words(0, -1))
                                .bytes(Ifla.VF_LINK_STATE, words(0, -1))
                                .bytes(Ifla.VF_VLAN, words(0, 5, 2))));

    VfState state = VfDecoder.decode(Frames.message(link)).get(0);

    assertEquals(Optional.empty(), state.spoofCheck());
    assertEquals(Optional.empty(), state.trust());
    assertEquals(Optional.empty(), state.linkState());
    assertEquals(Optional.empty(), state.rate());
    assertEquals(Optional.of(new VfVlan(5, 2, VfVlan.DOT1Q)), state.vlan());
  }

  /** 400 functions of 228 bytes: the list has 91,200, of which its length keeps 25,664. */
  @Test
  void decode_listWhoseLengthOverflowed_hasThemAll() {
    NetlinkRequest one =
        newLink()
            .nest(
                Ifla.VFINFO_LIST,
                list ->
                    list.nest(
                        Ifla.VF_INFO,
                        info ->
                            info.bytes(Ifla.VF_MAC, mac(0)).bytes(Ifla.VF_TRUST, new byte[180])));
    NetlinkMessage single = Frames.message(one);
    ByteBuffer payload = single.payload();
    int listAt = payload.limit() - 4 - 228;
    ByteBuffer many =
        ByteBuffer.allocate(listAt + 4 + 400 * 228 + 8).order(ByteOrder.nativeOrder());
    many.put(payload.slice(0, listAt));
    many.putShort((short) (4 + 400 * 228)).putShort((short) Ifla.VFINFO_LIST);
    for (int index = 0; index < 400; index++) {
      many.put(payload.slice(listAt + 4, 228));
      many.putInt(many.position() - 228 + 8, index);
    }
    many.putShort((short) 8).putShort((short) Ifla.MASTER).putInt(0);

    Map<Integer, VfState> states =
        VfDecoder.decode(new NetlinkMessage(Netlink.RTM_NEWLINK, 0, 1, many.flip()));

    assertEquals(IntStream.range(0, 400).boxed().collect(Collectors.toSet()), states.keySet());
  }

  @Test
  void decode_linkWithoutVirtualFunctions_hasNone() {
    assertEquals(Map.of(), VfDecoder.decode(Frames.message(newLink())));
  }
}
