package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static io.myriapod.ipam.Requests.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** STATUS of {@code host-local}, and what is looked at before an ADD. */
class HostLocalStatusTest extends OnePool {
  @Test
  void status_room_passesAndMakesNothing() {
    hostLocal.status(status(SMALL));
    assertFalse(Files.exists(root.resolve("leases")));
  }

  @Test
  void status_full_isFiftyWithThePool() {
    NetworkConfig tiny = config(hostLocal("[{'subnet':'10.1.2.0/24'}],[{'subnet':'10.1.3.0/30'}]"));
    add("a", tiny);
    CniException full = assertThrows(CniException.class, () -> hostLocal.status(status(tiny)));
    assertEquals(50, full.code());
    assertTrue(full.getMessage().contains("range set 1: "), full.getMessage());
  }

  @Test
  void validate_interfaceHoldsOne_isRefusedAndItStays() throws IOException {
    add("a", SMALL);
    List<String> before = files();

    CniException e =
        assertThrows(CniException.class, () -> hostLocal.validate(request("a", SMALL)));

    assertEquals(ErrorCode.ALREADY_ATTACHED, e.code());
    assertEquals(before, files());
  }

  @Test
  void validate_goodConfig_touchesNothing() {
    hostLocal.validate(request("a", DUAL));
    assertFalse(Files.exists(root.resolve("leases")));
  }
}
