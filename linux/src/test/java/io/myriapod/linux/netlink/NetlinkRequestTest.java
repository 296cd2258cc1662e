package io.myriapod.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class NetlinkRequestTest {
  private static final String HEADER_OF_40_BYTES =
      """
      28 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
      00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
      """;

  @Test
  void string_threeLetters_isZeroTerminatedAndPaddedOutsideItsLength() {
    NetlinkRequest request =
        NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.of(7)).string(3, "abc");

    assertEquals(HEADER_OF_40_BYTES + "08 00 03 00 61 62 63 00\n", Frames.acknowledged(request));
  }

  @Test
  void string_withZeroByte_isRefused() {
    NetlinkRequest request = NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.ANY);

    assertThrows(IllegalArgumentException.class, () -> request.string(3, "net1\0x"));
  }

  @Test
  void u8_isPaddedToFour() {
    NetlinkRequest request = NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.of(7)).u8(9, 255);

    assertEquals(HEADER_OF_40_BYTES + "05 00 09 00 ff 00 00 00\n", Frames.acknowledged(request));
  }

  @Test
  void nest_unpaddedInnerAttribute_lengthCountsInnerPadding() {
    NetlinkRequest request =
        NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.of(7))
            .nest(1, outer -> outer.u16(2, 0x0304));

    assertEquals(
        """
        2c 00 00 00 10 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 07 00 00 00 00 00 00 00 00 00 00 00
        0c 00 01 00 06 00 02 00 04 03 00 00
        """,
        Frames.acknowledged(request));
  }

  @Test
  void bytes_moreThanFirstBuffer_grows() {
    byte[] alias = new byte[5000];
    alias[4999] = 42;

    NetlinkRequest request =
        NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.ANY).nest(1, n -> n.bytes(2, alias));

    byte[] back = Frames.message(request).attributes(IfInfo.BYTES).nested(1).bytes(2).orElseThrow();
    assertEquals(42, back[4999]);
  }

  @Test
  void bytes_moreThanU16_isRefused() {
    NetlinkRequest request = NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.ANY);

    assertEquals(
        "netlink attribute 2 of 65540 bytes: want at most 65535",
        assertThrows(IllegalArgumentException.class, () -> request.bytes(2, new byte[65536]))
            .getMessage());
  }
}
