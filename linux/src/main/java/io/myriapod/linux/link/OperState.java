package io.myriapod.linux.link;

/** RFC 2863's operational state, in the order of IF_OPER_* in linux/if.h. */
public enum OperState {
  UNKNOWN,
  NOT_PRESENT,
  DOWN,
  LOWER_LAYER_DOWN,
  TESTING,
  DORMANT,
  UP;

  static OperState of(int wire) {
    return wire >= 0 && wire < values().length ? values()[wire] : UNKNOWN;
  }
}
