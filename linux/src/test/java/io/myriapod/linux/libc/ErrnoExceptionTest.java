package io.myriapod.linux.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ErrnoExceptionTest {
  @Test
  void getMessage_withKernelText_hasAttemptErrnoAndText() {
    assertEquals(
        "create macvlan \"net1\" on \"ens1f0\": EBUSY; kernel: \"Device is already in use\"",
        new ErrnoException(
                "create macvlan \"net1\" on \"ens1f0\"", Errno.EBUSY, "Device is already in use")
            .getMessage());
  }

  @Test
  void getMessage_withoutKernelText_endsWithErrno() {
    assertEquals("open \"/x\": ENOENT", new ErrnoException("open \"/x\"", 2).getMessage());
  }

  @Test
  void name_ofNumbersAtBothEnds_isRight() {
    assertEquals("EPERM", Errno.name(1));
    assertEquals("ERANGE", Errno.name(34));
    assertEquals("ELOOP", Errno.name(40));
    assertEquals("EOPNOTSUPP", Errno.name(95));
    assertEquals("ETIMEDOUT", Errno.name(110));
    assertEquals("EHWPOISON", Errno.name(133));
  }

  @Test
  void name_ofUnassignedNumber_isTheNumber() {
    assertEquals("errno 41", Errno.name(41));
    assertEquals("errno 512", Errno.name(512));
  }
}
