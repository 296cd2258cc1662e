package io.myriapod.linux.neighbour;

/** NUD_* of linux/neighbour.h. */
public enum NeighbourState {
  NONE(0),
  INCOMPLETE(0x01),
  REACHABLE(0x02),
  STALE(0x04),
  DELAY(0x08),
  PROBE(0x10),
  FAILED(0x20),
  NO_ARP(0x40),
  PERMANENT(0x80);

  private final int wire;

  NeighbourState(int wire) {
    this.wire = wire;
  }

  int wire() {
    return wire;
  }

  static NeighbourState of(int wire) {
    for (NeighbourState state : values()) {
      if (state.wire == wire) {
        return state;
      }
    }
    return NONE;
  }
}
