package io.myriapod.linux.traffic;

/**
 * Numbers of linux/rtnetlink.h, linux/pkt_sched.h, linux/pkt_cls.h and linux/tc_act/tc_mirred.h.
 */
final class Tca {
  static final int KIND = 1;
  static final int OPTIONS = 2;

  /** Parent of the one that a link sends by. */
  static final int ROOT = 0xffff_ffff;

  /** Parent of the one that a link receives by; clsact uses the same place. */
  static final int INGRESS = 0xffff_fff1;

  /** Parent of the filters of what a link receives, with ingress and with clsact. */
  static final int INGRESS_FILTERS = 0xffff_fff2;

  static final int INGRESS_HANDLE = 0xffff_0000;
  static final int ROOT_HANDLE = 0x0001_0000;

  static final int TBF_PARMS = 1;
  static final int TBF_RATE64 = 4;

  static final int U32_CLASSID = 1;
  static final int U32_SEL = 5;
  static final int U32_ACT = 7;
  static final int U32_TERMINAL = 1;
  static final int U32_FLOW = 0x0001_0001;

  static final int ACT_KIND = 1;
  static final int ACT_OPTIONS = 2;
  static final int MIRRED_PARMS = 2;
  static final int ACT_STOLEN = 4;
  static final int EGRESS_REDIRECT = 1;

  static final int ETH_P_ALL = 3;

  private Tca() {}
}
