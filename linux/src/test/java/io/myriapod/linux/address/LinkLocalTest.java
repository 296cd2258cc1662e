package io.myriapod.linux.address;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.types.MacAddress;
import org.junit.jupiter.api.Test;

class LinkLocalTest {
  @Test
  void of_mac_isItsModifiedEui64() {
    assertEquals(
        "fe80::a8bb:ccff:fe00:102/64",
        LinkLocal.of(MacAddress.parse("aa:bb:cc:00:01:02")).toString());
  }
}
