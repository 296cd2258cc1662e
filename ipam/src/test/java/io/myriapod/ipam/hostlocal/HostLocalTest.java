package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.after;
import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.gc;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static io.myriapod.ipam.Requests.status;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Dns;
import io.myriapod.ipam.lease.LeaseDirectories;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostLocalTest {
  private static final NetworkConfig SMALL = config(hostLocal("[{'subnet':'10.1.2.0/29'}]"));
  private static final NetworkConfig DUAL =
      config(hostLocal("[{'subnet':'10.1.2.0/29'}],[{'subnet':'fd00::/64'}]"));

  @TempDir Path root;
  private HostLocal hostLocal;
  private Path leases;

  @BeforeEach
  void newPool() {
    hostLocal = new HostLocal(LeaseDirectories.ofKernel(), root);
    leases = root.resolve("leases/pool");
  }

  private String add(String container, NetworkConfig config) {
    return hostLocal.allocate(request(container, config)).addresses().stream()
        .map(address -> address.address().toString())
        .reduce((first, second) -> first + " " + second)
        .orElse("");
  }

  private CniException refused(PluginRequest request) {
    return assertThrows(CniException.class, () -> hostLocal.allocate(request));
  }

  private List<String> files() throws IOException {
    if (!Files.exists(leases)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(leases)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals("lock") && !name.startsWith("last_"))
          .sorted()
          .toList();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(leases);
    Files.writeString(leases.resolve(name), text);
  }

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

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void allocate_routesAndGateway_areInTheResult() {
    CniResult result =
        hostLocal.allocate(
            request(
                "abc",
                config(
                    hostLocal(
                        "[{'subnet':'10.1.2.0/24','gateway':'10.1.2.254'}]",
                        "'routes':[{'dst':'0.0.0.0/0'},{'dst':'10.9.0.0/16','gw':'10.1.2.9','mtu':1400,'advmss':1360,'priority':50,'table':100,'scope':0}]"))));
    assertEquals("10.1.2.254", result.addresses().get(0).gateway().orElseThrow().getHostAddress());
    assertEquals(2, result.routes().size());
    assertEquals(1360, result.routes().get(1).advmss().orElseThrow());
    assertTrue(result.interfaces().isEmpty());
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

  private static void makePipe(Path path) throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
  }

  @Test
  void allocate_releasedAddress_isUsedAgainOnlyAfterTheRest() {
    assertEquals("10.1.2.2/29", add("a", SMALL));
    hostLocal.release(request("a", SMALL));
    assertEquals("10.1.2.3/29", add("b", SMALL));
    assertEquals("10.1.2.4/29", add("c", SMALL));
    assertEquals("10.1.2.5/29", add("d", SMALL));
    assertEquals("10.1.2.6/29", add("e", SMALL));
    assertEquals("10.1.2.2/29", add("f", SMALL));
  }

  @Test
  void allocate_poolFull_namesPoolCountAndOldest() throws IOException {
    for (String container : List.of("a", "b", "c", "d", "e")) {
      add(container, SMALL);
    }
    Files.setLastModifiedTime(
        leases.resolve("10.1.2.4"), FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    CniException full = refused(request("f", SMALL));
    assertEquals(101, full.code());
    assertEquals(
        "lease an address in network \"pool\", range set 0: no IP addresses available in range set: 10.1.2.1-10.1.2.6: all 5 are taken; the oldest is 10.1.2.4 of c/net1 since 2026-01-02T03:04:05Z",
        full.getMessage());
  }

  @Test
  void allocate_secondSetFull_leavesNothingOfTheFirst() throws IOException {
    NetworkConfig twoSets =
        config(hostLocal("[{'subnet':'10.1.2.0/24'}],[{'subnet':'10.1.3.0/30'}]"));
    add("a", twoSets);
    assertEquals(101, refused(request("b", twoSets)).code());
    assertEquals(List.of("10.1.2.2", "10.1.3.2"), files());
  }

  @Test
  void allocate_twiceWithoutDelete_isRefusedAndKeepsTheFirst() throws IOException {
    add("a", DUAL);
    CniException twice = refused(request("a", DUAL));
    assertEquals(109, twice.code());
    assertTrue(
        twice
            .getMessage()
            .contains("10.1.2.2 has been allocated to a, duplicate allocation is not allowed"),
        twice.getMessage());
    assertEquals(List.of("10.1.2.2", "fd00::2"), files());
  }

  @Test
  void allocate_requestedAddresses_eachSetTakesItsOwn() {
    NetworkConfig capable =
        config(
            hostLocal("[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00::/64'}]"),
            "'runtimeConfig':{'ips':['fd00::77/64','10.1.2.77']}");
    assertEquals("10.1.2.77/24 fd00::77/64", add("a", capable));
  }

  @Test
  void allocate_requestedByEnvironmentAndArgs_isGiven() {
    NetworkConfig pool = config(hostLocal("[{'subnet':'10.1.2.0/24'}]"));
    PluginRequest byEnvironment =
        request("a", pool).withArgs(CniArgs.parse("IgnoreUnknown=1;IP=10.1.2.50"));
    assertEquals(
        "10.1.2.50/24", hostLocal.allocate(byEnvironment).addresses().get(0).address().toString());
    NetworkConfig byArgs =
        config(hostLocal("[{'subnet':'10.1.2.0/24'}]"), "'args':{'cni':{'ips':['10.1.2.51/24']}}");
    assertEquals("10.1.2.51/24", add("b", byArgs));
  }

  @Test
  void allocate_requestedTaken_namesTheHolder() {
    NetworkConfig pool =
        config(hostLocal("[{'subnet':'10.1.2.0/24'}]"), "'runtimeConfig':{'ips':['10.1.2.50/24']}");
    add("first", pool);
    CniException taken = refused(request("second", pool));
    assertEquals(102, taken.code());
    assertTrue(
        taken
            .getMessage()
            .contains(
                "requested IP address 10.1.2.50 is not available in range set 10.1.2.1-10.1.2.254: held by 10.1.2.50 of first/net1 since "),
        taken.getMessage());
  }

  @Test
  void allocate_shorterAddressAfterLonger_noteHoldsTheShorterAlone() throws IOException {
    for (String address : List.of("10.1.2.100", "10.1.2.5")) {
      add(
          "c" + address,
          config(
              hostLocal("[{'subnet':'10.1.2.0/24'}]"),
              "'runtimeConfig':{'ips':['" + address + "']}"));
    }
    assertEquals("10.1.2.5", Files.readString(leases.resolve("last_reserved_ip.0")));
  }

  @Test
  void allocate_ipRangesOfRuntime_comeFirst() {
    NetworkConfig pool =
        config(
            "{'type':'host-local','dataDir':'/leases','subnet':'10.3.0.0/24','ranges':[[{'subnet':'10.4.0.0/24'}]]}",
            "'runtimeConfig':{'ipRanges':[[{'subnet':'10.2.0.0/24'}]]}");
    assertEquals("10.2.0.2/24 10.3.0.2/24 10.4.0.2/24", add("a", pool));
  }

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

  @Test
  void allocate_filesOfOthers_areLeftAlone() throws IOException {
    write("notes.txt", "a\r\nnet1");
    write("10.1.2.2", "x".repeat(5000));
    assertEquals("10.1.2.3/29", add("a", SMALL));
    hostLocal.release(request("a", SMALL));
    assertEquals(List.of("10.1.2.2", "notes.txt"), files());
  }

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
}
