package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Dns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ADD of {@code host-local}: the files that it reads and writes. */
class HostLocalFilesTest extends OnePool {
  @Test
  void allocate_freshDirectory_writesTheReferencesFormat() throws IOException {
    assertEquals("10.1.2.2/29 fd00::2/64", add("abc", DUAL));
    assertEquals("abc\r\nnet1", Files.readString(leases.resolve("10.1.2.2")));
    assertEquals("abc\r\nnet1", Files.readString(leases.resolve("fd00::2")));
    assertEquals("10.1.2.2", Files.readString(leases.resolve("last_reserved_ip.0")));
    assertEquals("fd00::2", Files.readString(leases.resolve("last_reserved_ip.1")));
    assertEquals(0, Files.size(leases.resolve("lock")));
  }

  @Test
  void allocate_freshDirectory_setsTheReferencesModes() throws IOException {
    add("abc", SMALL);
    assertEquals("rwxr-xr-x", mode(leases));
    assertEquals("rwxr-x---", mode(leases.resolve("lock")));
    assertEquals("rw-------", mode(leases.resolve("10.1.2.2")));
    assertEquals("rw-------", mode(leases.resolve("last_reserved_ip.0")));
  }

  @Test
  void allocate_resolvConf_becomesDns() throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        root.resolve("etc/resolv.conf"),
        "# hi\nnameserver 9.9.9.9\n nameserver\t8.8.8.8\ndomain a.example\nsearch a.example b.example\noptions ndots:2\nsortlist x\n");
    CniResult result =
        hostLocal.allocate(
            request(
                "abc",
                config(
                    hostLocal("[{'subnet':'10.1.2.0/24'}]", "'resolvConf':'/etc/resolv.conf'"))));
    assertEquals(
        new Dns(
            List.of("9.9.9.9", "8.8.8.8"),
            "a.example",
            List.of("a.example", "b.example"),
            List.of("ndots:2")),
        result.dns());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc", "/pipe"})
  void allocate_resolvConfNoPlainFile_isRefused(String path) throws Exception {
    Files.createDirectories(root.resolve("etc"));
    makePipe(root.resolve("pipe"));

    var e =
        assertThrows(
            CniException.class,
            () ->
                add(
                    "a",
                    config(
                        hostLocal("[{'subnet':'10.1.2.0/24'}]", "'resolvConf':'" + path + "'"))));
    assertEquals(5, e.code());
    assertTrue(e.getMessage().contains("no plain file"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "last_reserved_ip.0"})
  void allocate_linkPlantedInTheDirectory_isNotFollowed(String name) throws IOException {
    Path victim = Files.writeString(root.resolve("victim"), "precious");
    Files.createDirectories(leases);
    Files.createSymbolicLink(leases.resolve(name), victim);

    assertEquals(5, assertThrows(CniException.class, () -> add("a", SMALL)).code());
    assertEquals("precious", Files.readString(victim));
  }

  @Test
  void allocate_danglingLinkOrPipeAsLease_countsAsTaken() throws Exception {
    Files.createDirectories(leases);
    Files.createSymbolicLink(leases.resolve("10.1.2.2"), root.resolve("nowhere"));
    makePipe(leases.resolve("10.1.2.3"));

    assertEquals("10.1.2.4/29", add("a", SMALL));
  }

  @Test
  void allocate_emptyFileOfDeadWriter_isTakenUntilNothingElseIsFree() throws IOException {
    NetworkConfig tiny = config(hostLocal("[{'subnet':'10.1.2.0/30'}]"));
    write("10.1.2.2", "");
    CniException busy = refused(request("a", tiny));
    assertTrue(busy.getMessage().contains("10.1.2.2 of an unfinished ADD"), busy.getMessage());
    Files.setLastModifiedTime(
        leases.resolve("10.1.2.2"), FileTime.from(Instant.now().minusSeconds(90)));
    assertEquals("10.1.2.2/30", add("a", tiny));
  }

  /** A lease has its holder's name from its first moment: the file is filled before it is one. */
  @Test
  void allocate_afterAKillWhileAFileWasFilled_takesNoAddressForIt() throws IOException {
    add("before", SMALL);
    Files.writeString(leases.resolve(".lease-unfinished"), "dead\r");

    assertEquals("10.1.2.3/29", add("abc", SMALL));

    try (Stream<Path> files = Files.list(leases)) {
      assertEquals(
          List.of("10.1.2.2", "10.1.2.3", "last_reserved_ip.0", "lock"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void allocate_filesOfOthers_areLeftAlone() throws IOException {
    write("notes.txt", "a\r\nnet1");
    write("10.1.2.2", "x".repeat(5000));
    assertEquals("10.1.2.3/29", add("a", SMALL));
    hostLocal.release(request("a", SMALL));
    assertEquals(List.of("10.1.2.2", "notes.txt"), files());
  }

  @Test
  void allocate_directoryDeletedAndMadeAgain_isNoticed() throws IOException {
    add("a", SMALL);
    add("b", SMALL);
    try (Stream<Path> entries = Files.list(leases)) {
      for (Path entry : entries.toList()) {
        Files.delete(entry);
      }
    }
    Files.delete(leases);
    Files.createDirectory(leases);
    write("10.1.2.2", "other\r\nnet1");
    assertEquals("10.1.2.3/29", add("a", SMALL));
  }

  @Test
  void allocate_leaseRemovedByHand_isFreeAgain() throws IOException {
    for (String container : List.of("a", "b", "c", "d", "e")) {
      add(container, SMALL);
    }
    Files.delete(leases.resolve("10.1.2.4"));
    assertEquals("10.1.2.4/29", add("f", SMALL));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void makePipe(Path path) throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
  }
}
