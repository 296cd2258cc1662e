package io.myriapod.linux.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Golden frames of iproute2 6.1, taken as those of LinkRequestsTest. */
class AddressCodecTest {
  private static final int CREATE = Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;

  /** {@code ip addr add 10.1.2.3/24 broadcast 10.1.2.255 dev v0} */
  @Test
  void add_ipv4WithBroadcast_equalsIproute2() {
    LinkAddress address =
        LinkAddress.on(3, IpPrefix.parse("10.1.2.3/24"))
            .withBroadcast(IpAddresses.parse("10.1.2.255"));

    assertEquals(
        """
        30 00 00 00 14 00 05 06 00 00 00 00 00 00 00 00
        02 18 00 00 03 00 00 00 08 00 02 00 0a 01 02 03
        08 00 04 00 0a 01 02 ff 08 00 01 00 0a 01 02 03
        """,
        Frames.acknowledged(AddressCodec.add(address, CREATE)));
  }

  /** {@code ip addr add fd00::3/64 dev v0 nodad noprefixroute} */
  @Test
  void add_ipv6WithFlagBeyondByte_equalsIproute2() {
    LinkAddress address =
        LinkAddress.on(
            3, IpPrefix.parse("fd00::3/64"), AddressFlag.NODAD, AddressFlag.NO_PREFIX_ROUTE);

    assertEquals(
        """
        48 00 00 00 14 00 05 06 00 00 00 00 00 00 00 00
        0a 40 00 00 03 00 00 00 14 00 02 00 fd 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 03 08 00 08 00
        02 02 00 00 14 00 01 00 fd 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 03
        """,
        Frames.acknowledged(AddressCodec.add(address, CREATE)));
  }

  /** {@code ip addr add fd00::4/64 dev v0 valid_lft 100 preferred_lft 50} */
  @Test
  void add_withLifetime_equalsIproute2() {
    LinkAddress address =
        LinkAddress.on(3, IpPrefix.parse("fd00::4/64")).withLifetime(new Lifetime(50, 100));

    assertEquals(
        """
        54 00 00 00 14 00 05 06 00 00 00 00 00 00 00 00
        0a 40 00 00 03 00 00 00 14 00 02 00 fd 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 04 14 00 01 00
        fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04
        14 00 06 00 32 00 00 00 64 00 00 00 00 00 00 00
        00 00 00 00
        """,
        Frames.acknowledged(AddressCodec.add(address, CREATE)));
  }

  /** {@code ip addr del 10.1.2.3/24 dev v0} */
  @Test
  void delete_equalsIproute2() {
    assertEquals(
        """
        28 00 00 00 15 00 05 00 00 00 00 00 00 00 00 00
        02 18 00 00 03 00 00 00 08 00 02 00 0a 01 02 03
        08 00 01 00 0a 01 02 03
        """,
        Frames.acknowledged(AddressCodec.delete(LinkAddress.on(3, IpPrefix.parse("10.1.2.3/24")))));
  }

  @Test
  void decode_whatWasWritten_isTheSame() {
    LinkAddress address =
        LinkAddress.on(3, IpPrefix.parse("fd00::4/64"), AddressFlag.OPTIMISTIC)
            .withLifetime(new Lifetime(50, 100))
            .withScope(253);

    assertEquals(
        Optional.of(address), AddressCodec.decode(Frames.message(AddressCodec.add(address, 0))));
  }

  @Test
  void flags_tentativeAndFailed_areBoth() {
    assertEquals(
        Set.of(AddressFlag.TENTATIVE, AddressFlag.DAD_FAILED, AddressFlag.PERMANENT),
        AddressFlag.of(0xc8));
  }

  @Test
  void lifetime_preferredBeyondValid_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Lifetime(2, 1));
  }
}
