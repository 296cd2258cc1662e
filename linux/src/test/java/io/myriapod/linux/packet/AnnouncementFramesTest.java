package io.myriapod.linux.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import org.junit.jupiter.api.Test;

class AnnouncementFramesTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:5e:10:00:01");

  @Test
  void announcement_isBroadcastRequestForOwnAddress() {
    assertEquals(
        """
        ff ff ff ff ff ff 02 00 5e 10 00 01 08 06 00 01
        08 00 06 04 00 01 02 00 5e 10 00 01 0a 01 02 03
        00 00 00 00 00 00 0a 01 02 03
        """,
        Frames.lines(ArpFrame.announcement(MAC, (Inet4Address) IpAddresses.parse("10.1.2.3"))));
  }

  @Test
  void gratuitousReply_isBroadcastReply() {
    assertEquals(
        """
        ff ff ff ff ff ff 02 00 5e 10 00 01 08 06 00 01
        08 00 06 04 00 02 02 00 5e 10 00 01 0a 01 02 03
        ff ff ff ff ff ff 0a 01 02 03
        """,
        Frames.lines(ArpFrame.gratuitousReply(MAC, (Inet4Address) IpAddresses.parse("10.1.2.3"))));
  }

  @Test
  void unsolicited_override_isToAllNodesWithHopLimit255AndChecksum() {
    assertEquals(
        """
        33 33 00 00 00 01 02 00 5e 10 00 01 86 dd 60 00
        00 00 00 20 3a ff fd 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 03 ff 02 00 00 00 00 00 00 00 00
        00 00 00 00 00 01 88 00 fc 86 20 00 00 00 fd 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 03 02 01
        02 00 5e 10 00 01
        """,
        Frames.lines(
            NeighbourAdvertisement.unsolicited(
                MAC, (Inet6Address) IpAddresses.parse("fd00::3"), true)));
  }
}
