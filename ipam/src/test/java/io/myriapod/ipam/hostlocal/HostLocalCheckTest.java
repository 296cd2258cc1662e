package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.after;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.result.CniResult;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** CHECK of {@code host-local}. */
class HostLocalCheckTest extends OnePool {
  @Test
  void check_leasedAsInResult_passes() {
    CniResult result = hostLocal.allocate(request("a", DUAL));
    assertDoesNotThrow(() -> hostLocal.check(after(result, request("a", DUAL))));
  }

  @Test
  void check_oneFileGone_namesTheAddress() throws IOException {
    CniResult result = hostLocal.allocate(request("a", DUAL));
    Files.delete(leases.resolve("fd00::2"));
    CniException wrong =
        assertThrows(CniException.class, () -> hostLocal.check(after(result, request("a", DUAL))));
    assertEquals(106, wrong.code());
    assertTrue(wrong.getMessage().contains("fd00::2 is not leased to it"), wrong.getMessage());
  }

  @Test
  void check_leasedToAnother_fails() throws IOException {
    CniResult result = hostLocal.allocate(request("a", SMALL));
    write("10.1.2.2", "b\r\nnet1");
    assertEquals(
        106,
        assertThrows(CniException.class, () -> hostLocal.check(after(result, request("a", SMALL))))
            .code());
  }

  @Test
  void check_neverAdded_fails() {
    assertEquals(
        106,
        assertThrows(
                CniException.class,
                () -> hostLocal.check(after(CniResult.empty(), request("a", SMALL))))
            .code());
  }
}
