package io.myriapod.linux.netlink;

import java.util.List;

/** A generic netlink that answers what it was told to, one exchange after another. */
public final class ScriptedGeneric {
  private final ScriptedWire wire = new ScriptedWire();
  private int sequence;

  /** The next request gets that answer and is acknowledged. */
  public ScriptedGeneric answers(int family, String lines) {
    sequence++;
    wire.answer(ScriptedWire.message(family, 0, sequence, Frames.bytes(lines)));
    wire.answer(ScriptedWire.acknowledgement(sequence, 0, ""));
    return this;
  }

  /** The next request is refused, or with errno 0 acknowledged and nothing more. */
  public ScriptedGeneric refuses(int errno, String text) {
    wire.answer(ScriptedWire.acknowledgement(++sequence, errno, text));
    return this;
  }

  public GenericSocket socket() {
    return new GenericSocket(wire);
  }

  /** The requests so far, each as lines of hexadecimal text. */
  public List<String> sent() {
    return wire.sent.stream().map(Frames::lines).toList();
  }
}
