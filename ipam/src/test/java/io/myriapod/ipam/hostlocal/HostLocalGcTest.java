package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.gc;
import static io.myriapod.ipam.Requests.hostLocal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** GC of {@code host-local}. */
class HostLocalGcTest extends OnePool {
  @Test
  void gc_someValid_freesExactlyTheRest() throws IOException {
    add("a", SMALL);
    add("b", SMALL);
    write("10.1.2.5", "old");
    write("10.1.2.6", "gone");
    hostLocal.gc(gc(SMALL, "a", "old"));
    assertEquals(List.of("10.1.2.2", "10.1.2.5"), files());
  }

  @Test
  void gc_otherNetworksDirectory_isNotTouched() throws IOException {
    add("a", SMALL);
    Path other = root.resolve("leases/other");
    Files.createDirectories(other);
    Files.writeString(other.resolve("10.1.2.2"), "a\r\nnet1");
    hostLocal.gc(gc(SMALL));
    assertEquals(List.of(), files());
    assertTrue(Files.exists(other.resolve("10.1.2.2")));
  }
}
