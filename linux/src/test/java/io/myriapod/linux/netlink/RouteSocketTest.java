package io.myriapod.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteSocketTest {
  private static final String CALL = "create macvlan \"net1\" on \"ens1f0\"";

  private final ScriptedWire wire = new ScriptedWire();
  private final RouteSocket socket = new RouteSocket(wire);

  private static NetlinkRequest request() {
    return NetlinkRequest.of(Netlink.RTM_NEWLINK, 0, IfInfo.ANY);
  }

  private static byte[] link(int sequence, int index, int flags) {
    return ScriptedWire.message(
        Netlink.RTM_NEWLINK, Netlink.NLM_F_MULTI | flags, sequence, IfInfo.of(index).bytes());
  }

  private static List<Integer> indexes(List<NetlinkMessage> messages) {
    return messages.stream().map(m -> IfInfo.read(m.payload()).index()).toList();
  }

  @Test
  void execute_acknowledged_returns() {
    wire.answer(ScriptedWire.acknowledgement(1, 0, ""));

    socket.execute(CALL, request());

    assertEquals(1, wire.sent.size());
  }

  @Test
  void execute_refusedWithText_keepsCallErrnoAndText() {
    wire.answer(ScriptedWire.acknowledgement(1, Errno.EBUSY, "Device is already in use"));

    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> socket.execute(CALL, request()));

    assertEquals(
        "create macvlan \"net1\" on \"ens1f0\": EBUSY; kernel: \"Device is already in use\"",
        refused.getMessage());
    assertTrue(refused.is(Errno.EBUSY));
  }

  @Test
  void execute_refusedWithUncappedRequestInAnswer_findsTextBehindIt() {
    byte[] capped = ScriptedWire.acknowledgement(1, Errno.EINVAL, "no");
    byte[] payload = new byte[capped.length - 16 + 16];
    System.arraycopy(capped, 16, payload, 0, 4);
    payload[4] = 32; // the request was 32 bytes long and comes back whole
    System.arraycopy(capped, 36, payload, 36, capped.length - 36);
    wire.answer(ScriptedWire.message(Netlink.NLMSG_ERROR, Netlink.NLM_F_ACK_TLVS, 1, payload));

    assertEquals(
        "no",
        assertThrows(ErrnoException.class, () -> socket.execute(CALL, request())).kernelText());
  }

  @Test
  void execute_lateAnswerOfFormerRequest_isDropped() {
    wire.answer(ScriptedWire.acknowledgement(0, Errno.EPERM, ""));
    wire.answer(ScriptedWire.acknowledgement(1, 0, ""));

    socket.execute(CALL, request());
  }

  @Test
  void execute_noAnswer_saysAgain() {
    assertTrue(
        assertThrows(ErrnoException.class, () -> socket.execute(CALL, request())).is(Errno.EAGAIN));
  }

  @Test
  void execute_secondRequest_hasNextSequence() {
    wire.answer(ScriptedWire.acknowledgement(1, 0, ""));
    wire.answer(ScriptedWire.acknowledgement(2, 0, ""));

    socket.execute(CALL, request());
    socket.execute(CALL, request());

    assertEquals(2, wire.sent.get(1)[8]);
  }

  @Test
  void get_refused_throws() {
    wire.answer(ScriptedWire.acknowledgement(1, Errno.ENODEV, ""));

    assertTrue(
        assertThrows(ErrnoException.class, () -> socket.get(CALL, request())).is(Errno.ENODEV));
  }

  @Test
  void dump_severalDatagrams_givesAllInOrder() {
    wire.answer(link(1, 4, 0), link(1, 5, 0));
    wire.answer(link(1, 6, 0));
    wire.answer(ScriptedWire.done(1));

    assertEquals(List.of(4, 5, 6), indexes(socket.dump(CALL, request())));
  }

  @Test
  void dump_moreThanMost_isReadToItsEndAndRefused() {
    wire.answer(link(1, 4, 0), link(1, 5, 0));
    wire.answer(link(1, 6, 0));
    wire.answer(ScriptedWire.done(1));
    wire.answer(link(2, 4, 0));
    wire.answer(ScriptedWire.done(2));

    ErrnoException e =
        assertThrows(ErrnoException.class, () -> socket.dump("list links", request(), 2));
    assertEquals("list links (more than 2): ENOBUFS", e.getMessage());
    assertEquals(List.of(4), indexes(socket.dump(CALL, request(), 2)));
  }

  @Test
  void dump_changedMeanwhile_isReadAnew() {
    wire.answer(link(1, 4, 0), link(1, 5, Netlink.NLM_F_DUMP_INTR));
    wire.answer(ScriptedWire.done(1));
    wire.answer(link(2, 4, 0), ScriptedWire.done(2));

    assertEquals(List.of(4), indexes(socket.dump(CALL, request())));
  }

  @Test
  void dump_alwaysChanging_givesUp() {
    for (int sequence = 1; sequence <= 20; sequence++) {
      wire.answer(link(sequence, 4, Netlink.NLM_F_DUMP_INTR), ScriptedWire.done(sequence));
    }

    assertTrue(
        assertThrows(ErrnoException.class, () -> socket.dump("list links", request()))
            .getMessage()
            .startsWith("list links (changed during each of 20 readings): EAGAIN"));
  }

  @Test
  void dump_endsWithErrno_throws() {
    byte[] minusEnoent = {-2, -1, -1, -1};
    wire.answer(ScriptedWire.message(Netlink.NLMSG_DONE, Netlink.NLM_F_MULTI, 1, minusEnoent));

    assertTrue(
        assertThrows(ErrnoException.class, () -> socket.dump(CALL, request())).is(Errno.ENOENT));
  }
}
