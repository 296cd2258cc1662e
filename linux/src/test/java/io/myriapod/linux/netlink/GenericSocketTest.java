package io.myriapod.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.linux.libc.Errno;
import io.myriapod.linux.libc.ErrnoException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenericSocketTest {
  private static final int CONTROL = 16;

  private final ScriptedGeneric kernel = new ScriptedGeneric();

  /** The request is as strace shows that of {@code devlink dev show}, iproute2 6.1. */
  @Test
  void family_known_isItsNumber() {
    kernel.answers(
        CONTROL, "01 02 00 00 0c 00 02 00 64 65 76 6c 69 6e 6b 00 06 00 01 00 15 00 00 00");

    assertEquals(Optional.of(0x15), kernel.socket().family("devlink"));

    assertEquals(
        List.of(
            """
            20 00 00 00 10 00 05 00 01 00 00 00 00 00 00 00
            03 01 00 00 0c 00 02 00 64 65 76 6c 69 6e 6b 00
            """),
        kernel.sent());
  }

  @Test
  void family_unknown_isEmpty() {
    kernel.refuses(Errno.ENOENT, "");

    assertEquals(Optional.empty(), kernel.socket().family("devlink"));
  }

  @Test
  void family_refusedOtherwise_throws() {
    kernel.refuses(Errno.EPERM, "");

    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> kernel.socket().family("devlink"));
    assertEquals("find netlink family \"devlink\": EPERM", refused.getMessage());
  }

  @Test
  void answer_acknowledgedOnly_isEmpty() {
    kernel.refuses(0, "");

    assertEquals(
        Optional.empty(),
        kernel
            .socket()
            .answer("ask", NetlinkRequest.of(CONTROL, 0, new GenericHeader(3, 1)))
            .map(attributes -> attributes.has(1)));
  }
}
