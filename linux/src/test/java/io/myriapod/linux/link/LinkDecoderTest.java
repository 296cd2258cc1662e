package io.myriapod.linux.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.netlink.Frames;
import io.myriapod.linux.netlink.IfInfo;
import io.myriapod.linux.netlink.Netlink;
import io.myriapod.linux.netlink.NetlinkRequest;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkDecoderTest {
  private static NetlinkRequest newLink(int flags) {
    return NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, new IfInfo(Netlink.AF_UNSPEC, 1, 12, flags, 0))
        .string(Ifla.IFNAME, "net1");
  }

  private static Link decode(NetlinkRequest request) {
    return LinkDecoder.decode(Frames.message(request));
  }

  @Test
  void decode_headerAndNameAlone_leavesTheRestEmpty() {
    Link link = decode(newLink(0));

    assertEquals(12, link.index());
    assertEquals("net1", link.name());
    assertEquals(Optional.empty(), link.kind());
    assertEquals(Optional.empty(), link.mac());
    assertEquals(Optional.empty(), link.parentIndex());
    assertEquals(new LinkDetails.Plain(), link.details());
    assertFalse(link.isUp());
  }

  @Test
  void decode_vfOfAnotherName_hasDeviceAndAltNames() {
    Link link =
        decode(
            newLink(Ifla.IFF_UP | Ifla.IFF_LOWER_UP)
                .bytes(Ifla.ADDRESS, new byte[] {2, 0, 0, 0, 0, 1})
                .bytes(Ifla.PERM_ADDRESS, new byte[] {2, 0, 0, 0, 0, 9})
                .string(Ifla.PARENT_DEV_NAME, "0000:01:10.2")
                .nest(
                    Ifla.PROP_LIST | Netlink.NLA_F_NESTED,
                    list ->
                        list.string(Ifla.ALT_IFNAME, "enp1s0f0v2")
                            .string(Ifla.ALT_IFNAME, "a-name-of-more-than-15-bytes")));

    assertEquals(Optional.of("0000:01:10.2"), link.parentDevice());
    assertEquals(Optional.of(MacAddress.parse("02:00:00:00:00:09")), link.permanentMac());
    assertEquals(List.of("enp1s0f0v2", "a-name-of-more-than-15-bytes"), link.altNames());
    assertTrue(link.isNamed("enp1s0f0v2"));
    assertTrue(link.isUp() && link.hasLowerUp() && !link.isPromiscuous());
  }

  @Test
  void decode_addressOfInfiniband_isNoMac() {
    assertEquals(Optional.empty(), decode(newLink(0).bytes(Ifla.ADDRESS, new byte[20])).mac());
  }

  @Test
  void decode_macvlanOfUnknownMode_hasNoMode() {
    Link link =
        decode(
            newLink(0)
                .nest(
                    Ifla.LINKINFO,
                    info ->
                        info.string(Ifla.INFO_KIND, "macvlan")
                            .nest(Ifla.INFO_DATA, d -> d.u32(Ifla.MACVLAN_MODE, 64))));

    assertTrue(link.isKind("macvlan"));
    assertEquals(Optional.empty(), link.macvlanMode());
  }

  @Test
  void decode_ipvlan_hasModeAndFlag() {
    Link link =
        decode(
            newLink(0)
                .nest(
                    Ifla.LINKINFO,
                    info ->
                        info.string(Ifla.INFO_KIND, "ipvlan")
                            .nest(
                                Ifla.INFO_DATA,
                                d -> d.u16(Ifla.IPVLAN_MODE, 1).u16(Ifla.IPVLAN_FLAGS, 2))));

    assertEquals(
        new LinkDetails.Ipvlan(Optional.of(IpvlanMode.L3), Optional.of(IpvlanFlag.VEPA)),
        link.details());
  }

  @Test
  void decode_vlan_isWhatWasAskedFor() {
    VlanQos qos = VlanQos.of(Map.of(1, 2), Map.of(3, 4, 5, 6));
    LinkSpec spec =
        LinkSpec.Vlan.on(decode(newLink(0)), new InterfaceName("v5"), VlanProtocol.DOT1AD, 5)
            .withQos(qos);

    Link link = decode(LinkRequests.create(spec, Optional.empty()));

    assertEquals(new LinkDetails.Vlan(5, Optional.of(VlanProtocol.DOT1AD), qos), link.details());
  }

  @Test
  void decode_portOfBridge_hasItsSettings() {
    Link link =
        decode(
            newLink(0)
                .u32(Ifla.MASTER, 4)
                .nest(
                    Ifla.LINKINFO,
                    info ->
                        info.string(Ifla.INFO_KIND, "veth")
                            .string(Ifla.INFO_SLAVE_KIND, "bridge")
                            .nest(Ifla.INFO_SLAVE_DATA, d -> d.u8(Ifla.PORT_HAIRPIN, 1))));

    assertEquals(Optional.of(4), link.masterIndex());
    assertEquals(Optional.of(new BridgePort(true, false, false)), link.bridgePort());
  }

  @Test
  void decode_slaveOfBond_isNoBridgePort() {
    Link link =
        decode(newLink(0).nest(Ifla.LINKINFO, info -> info.string(Ifla.INFO_SLAVE_KIND, "bond")));

    assertEquals(Optional.empty(), link.bridgePort());
  }
}
