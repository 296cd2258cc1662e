package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** DEL of {@code host-local}. */
class HostLocalDeleteTest extends OnePool {
  @Test
  void release_twice_isNoError() throws IOException {
    add("a", DUAL);
    hostLocal.release(request("a", DUAL));
    hostLocal.release(request("a", DUAL));
    assertEquals(List.of(), files());
  }

  @Test
  void release_noDirectory_makesNone() {
    hostLocal.release(request("a", SMALL));
    assertFalse(Files.exists(root.resolve("leases")));
  }

  @Test
  void release_otherInterfaceOfContainer_staysLeased() throws IOException {
    add("a", SMALL);
    hostLocal.release(request("a", SMALL).withInterfaceName(new InterfaceName("net2")));
    assertEquals(List.of("10.1.2.2"), files());
  }

  @Test
  void release_fileOfOldVersionWithIdAlone_isFreed() throws IOException {
    write("10.1.2.5", "a");
    write("10.1.2.6", "b\n");
    hostLocal.release(request("a", SMALL));
    assertEquals(List.of("10.1.2.6"), files());
  }

  @Test
  void release_rangesNoLongerValid_stillFrees() throws IOException {
    add("a", SMALL);
    hostLocal.release(request("a", config(hostLocal("[{'subnet':'10.1.2.0/32'}]"))));
    assertEquals(List.of(), files());
  }
}
