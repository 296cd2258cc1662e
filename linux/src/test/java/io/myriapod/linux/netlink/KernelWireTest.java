package io.myriapod.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.linux.libc.Socket;
import org.junit.jupiter.api.Test;

class KernelWireTest {
  private static boolean fromKernel(String sockaddr) {
    return KernelWire.fromKernel(new Socket.Datagram(new byte[0], Frames.bytes(sockaddr)));
  }

  @Test
  void fromKernel_port0_isTheKernel() {
    assertTrue(fromKernel("10 00 00 00 00 00 00 00 00 00 00 00"));
  }

  @Test
  void fromKernel_anyOtherPort_isSomeProcess() {
    assertFalse(fromKernel("10 00 00 00 2a 00 00 00 00 00 00 00"));
  }

  @Test
  void fromKernel_noAddress_isNobodyToTrust() {
    assertFalse(fromKernel(""));
  }
}
