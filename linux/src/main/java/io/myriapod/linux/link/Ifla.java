package io.myriapod.linux.link;

/** Attribute numbers and flags of linux/if_link.h, linux/if.h and linux/veth.h. */
final class Ifla {
  static final int ADDRESS = 1;
  static final int IFNAME = 3;
  static final int MTU = 4;
  static final int LINK = 5;
  static final int MASTER = 10;
  static final int TXQLEN = 13;
  static final int OPERSTATE = 16;
  static final int LINKINFO = 18;
  static final int IFALIAS = 20;
  static final int VFINFO_LIST = 22;
  static final int STATS64 = 23;
  static final int AF_SPEC = 26;
  static final int GROUP = 27;
  static final int NET_NS_FD = 28;
  static final int EXT_MASK = 29;
  static final int PROMISCUITY = 30;
  static final int LINK_NETNSID = 37;
  static final int PROP_LIST = 52;
  static final int ALT_IFNAME = 53;
  static final int PERM_ADDRESS = 54;
  static final int PARENT_DEV_NAME = 56;

  static final int INFO_KIND = 1;
  static final int INFO_DATA = 2;
  static final int INFO_SLAVE_KIND = 4;
  static final int INFO_SLAVE_DATA = 5;

  static final int VF_INFO = 1;
  static final int VF_MAC = 1;
  static final int VF_VLAN = 2;
  static final int VF_SPOOFCHK = 4;
  static final int VF_LINK_STATE = 5;
  static final int VF_RATE = 6;
  static final int VF_STATS = 8;
  static final int VF_TRUST = 9;
  static final int VF_VLAN_LIST = 12;
  static final int VF_VLAN_INFO = 1;

  static final int VF_STATS_RX_PACKETS = 0;
  static final int VF_STATS_TX_PACKETS = 1;
  static final int VF_STATS_RX_BYTES = 2;
  static final int VF_STATS_TX_BYTES = 3;
  static final int VF_STATS_RX_DROPPED = 7;
  static final int VF_STATS_TX_DROPPED = 8;

  static final int BRIDGE_VLAN_INFO = 2;

  static final int VETH_PEER = 1;

  static final int MACVLAN_MODE = 1;
  static final int MACVLAN_BC_QUEUE_LEN = 7;

  static final int IPVLAN_MODE = 1;
  static final int IPVLAN_FLAGS = 2;

  static final int VLAN_ID = 1;
  static final int VLAN_EGRESS_QOS = 3;
  static final int VLAN_INGRESS_QOS = 4;
  static final int VLAN_PROTOCOL = 5;
  static final int VLAN_QOS_MAPPING = 1;

  static final int BRIDGE_STP_STATE = 5;
  static final int BRIDGE_VLAN_FILTERING = 7;
  static final int BRIDGE_VLAN_DEFAULT_PVID = 39;
  static final int BRIDGE_MCAST_SNOOPING = 23;

  static final int PORT_HAIRPIN = 4;
  static final int PORT_LEARNING = 8;
  static final int PORT_ISOLATED = 33;

  /** Leaves per-VF and per-family statistics out of the answer. linux/rtnetlink.h */
  static final int RTEXT_FILTER_SKIP_STATS = 8;

  /** Has the virtual functions of a physical one told. linux/rtnetlink.h */
  static final int RTEXT_FILTER_VF = 1;

  static final int IFF_UP = 0x1;
  static final int IFF_LOOPBACK = 0x8;
  static final int IFF_RUNNING = 0x40;
  static final int IFF_PROMISC = 0x100;
  static final int IFF_ALLMULTI = 0x200;
  static final int IFF_LOWER_UP = 0x10000;

  /** Longest name that IFLA_IFNAME takes; longer ones are alternative names. */
  static final int NAME_BYTES = 15;

  /** Longest alternative name: ALTIFNAMSIZ less its zero byte. */
  static final int ALT_NAME_BYTES = 127;

  private Ifla() {}
}
