package io.myriapod.linux.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.types.MacAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Frames of linux/if_link.h; the round trip goes through the decoder of what the kernel says. */
class VfRequestsTest {
  @Test
  void get_anyLink_leavesStatisticsOut() {
    assertEquals(
        """
        28 00 00 00 12 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
        08 00 1d 00 09 00 00 00
        """,
        Frames.acknowledged(VfRequests.get(2)));
  }

  @Test
  void setting_trust_isOneAttribute() {
    assertEquals(
        """
        34 00 00 00 13 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
        14 00 16 00 10 00 01 00 0c 00 09 00 03 00 00 00
        01 00 00 00
        """,
        Frames.acknowledged(VfRequests.setting(2, 3, Ifla.VF_TRUST, 1)));
  }

  @Test
  void rate_decodedAgain_isTheSame() {
    VfState state =
        VfDecoder.decode(Frames.message(VfRequests.rate(2, 3, new VfRate(10, 200)))).get(3);

    assertEquals(Optional.of(new VfRate(10, 200)), state.rate());
  }

  @Test
  void vlan_ofTheProvider_hasItsProtocolInNetworkOrder() {
    VfVlan vlan = new VfVlan(100, 3, VfVlan.DOT1AD);

    String frame = Frames.acknowledged(VfRequests.vlan(2, 3, vlan));

    assertEquals(
        """
        40 00 00 00 13 00 05 00 00 00 00 00 00 00 00 00
        00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
        20 00 16 00 1c 00 01 00 18 00 0c 00 14 00 01 00
        03 00 00 00 64 00 00 00 03 00 00 00 88 a8 00 00
        """,
        frame);
  }

  @Test
  void mac_decodedAgain_isTheSame() {
    MacAddress mac = MacAddress.parse("02:00:00:00:00:11");

    VfState state = VfDecoder.decode(Frames.message(VfRequests.mac(2, 3, mac))).get(3);

    assertEquals(Optional.of(mac), state.mac());
  }
}
