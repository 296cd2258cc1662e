package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.gc;
import static io.myriapod.ipam.Requests.hostLocal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.ipam.lease.LeaseDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  @Test
  void gc_addressOutsideOfTheRanges_isAnotherNetworksOfThatName() throws IOException {
    add("a", SMALL);
    write("10.9.9.9", "b\r\nnet1");

    hostLocal.gc(gc(SMALL));

    assertEquals(List.of("10.9.9.9"), files());
  }

  @Test
  void gc_rangesOfTheRuntime_freesAll() throws IOException {
    write("10.9.9.9", "b\r\nnet1");

    hostLocal.gc(
        gc(config(hostLocal("[{'subnet':'10.1.2.0/29'}]"), "'capabilities':{'ipRanges':true}")));

    assertEquals(List.of(), files());
  }

  @Test
  void gc_recordedElsewhere_isNotFreed() throws IOException {
    Set<String> asked = new HashSet<>();
    HostLocal beside =
        new HostLocal(
            LeaseDirectories.ofKernel(),
            root,
            (network, container, interfaceName) -> {
              asked.add(network + " " + container + " " + interfaceName.map(String::valueOf));
              return container.value().startsWith("known");
            });
    write("10.1.2.2", "known\r\nnet1");
    write("10.1.2.3", "known-of-old");
    write("10.1.2.4", "unknown\r\nnet1");
    write("10.1.2.5", "-- no container --");

    beside.gc(gc(SMALL));

    assertEquals(List.of("10.1.2.2", "10.1.2.3"), files());
    assertEquals(
        Set.of(
            "pool known Optional[net1]",
            "pool known-of-old Optional.empty",
            "pool unknown Optional[net1]"),
        asked);
  }
}
