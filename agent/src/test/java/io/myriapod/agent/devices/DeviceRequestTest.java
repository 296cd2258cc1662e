package io.myriapod.agent.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Requests as they are on the socket. */
class DeviceRequestTest {
  private static DeviceRequest sent(DeviceRequest request) {
    return DeviceRequest.of(request.command(), Json.bytes(request.toJson()));
  }

  private static CniException refused(String command, String json) {
    return assertThrows(
        CniException.class, () -> DeviceRequest.of(command, json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void of_eachKind_isWhatWasSent() {
    for (DeviceRequest request :
        new DeviceRequest[] {
          new DeviceRequest.Listing(Optional.empty(), false),
          new DeviceRequest.Listing(Optional.of("intel.com/vfs"), true),
          new DeviceRequest.Explanation("0000:01:10.0")
        }) {
      assertEquals(request, sent(request));
    }
  }

  @Test
  void of_unknownCommand_isRefusedWithTheKnownOnes() {
    CniException refusal = refused("DESTROY", "{}");

    assertEquals(ErrorCode.BAD_ENVIRONMENT, refusal.code());
    assertEquals("ask for LIST or EXPLAIN", refusal.details());
  }

  @Test
  void of_wrongContent_namesTheKey() {
    assertEquals(ErrorCode.DECODE, refused("LIST", "[]").code());
    assertTrue(refused("LIST", "{\"all\": 1}").getMessage().contains("all"));
    assertTrue(refused("EXPLAIN", "{}").getMessage().contains("device"));
  }
}
