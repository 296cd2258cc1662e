package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cases of {@link PeerBugsIT} are cases: the reference plugins 1.9.1, called in the same way,
 * make the mistakes. When one of these tests fails, a newer reference has mended its mistake.
 */
@InNamespaces(kinds = {"bridge", "macvlan"})
class PeerBugsReferenceIT {
  private static final String LEASED =
      "{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.77.0.5/24\"}],"
          + "\"dns\":{\"nameservers\":[\"10.77.0.53\"]}}";

  private static Netns node;
  private static Path bin;
  private static RecorderPlugin ipam;

  @TempDir Path leases;

  @BeforeAll
  static void open(@TempDir Path folder) {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    node = Netns.create("node");
    node.run("ip link add parent0 type veth peer name wire0; ip link set parent0 up");
    bin = folder;
    ipam = RecorderPlugin.install(bin, "ipam");
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @AfterEach
  void untold() {
    ipam.answer("ADD", Answer.prints(LEASED)).answer("DEL", Answer.usual());
  }

  private Call call(Netns pod, String container, ObjectNode config) {
    Path folder = ReferencePlugins.NEW.folder();
    return new Call(
        node,
        folder.resolve(config.path("type").asText()),
        Map.of(
            "CNI_CONTAINERID",
            container,
            "CNI_NETNS",
            pod.path().toString(),
            "CNI_IFNAME",
            "net1",
            "CNI_PATH",
            bin + ":" + folder,
            "PATH",
            System.getenv("PATH")),
        config.toString());
  }

  private ObjectNode config(String type, String ipam) {
    ObjectNode config = Stage.macvlan("peer", "parent0", ipam).put("cniVersion", "1.1.0");
    return config.put("type", type);
  }

  private String pool(String first, String last) {
    return "{\"type\":\"host-local\",\"dataDir\":\"%s\",\"ranges\":[[{\"subnet\":\"10.41.0.0/24\",\"rangeStart\":\"%s\",\"rangeEnd\":\"%s\"}]]}"
        .formatted(leases, first, last);
  }

  private String pool() {
    return pool("10.41.0.10", "10.41.0.20");
  }

  private List<String> leased() throws IOException {
    try (Stream<Path> files = Files.list(leases.resolve("peer"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("10."))
          .sorted()
          .toList();
    }
  }

  @Test
  void b1_ipamFails_leavesTheLinkAndTheNextAddFails(Netns pod) {
    Call call = call(pod, "b1", config("macvlan", "{\"type\":\"ipam\"}"));
    ipam.answer("ADD", Answer.failsWith(11, "not now", ""));
    assertFalse(call.attempt("ADD").ok());

    assertTrue(pod.hasLink("net1"));
    untold();
    assertTrue(call.attempt("ADD").out().contains("file exists"));
  }

  @Test
  void b3_delWithEmptyNetns_keepsTheLease() throws IOException {
    node.run("ip link add lent0 type veth peer name lent1");
    try (Netns pod = Netns.create("b3")) {
      Call call = call(pod, "b3", config("host-device", pool()).put("device", "lent0"));
      call.run("ADD");
      Command.of("ip", "netns", "delete", pod.name()).run();

      call.with("CNI_NETNS", "").run("DEL");
    }
    assertEquals(1, leased().size());
  }

  @Test
  void b4_delTwice_fails(Netns pod) {
    node.run("ip link add again0 type veth peer name again1");
    Call call = call(pod, "b4", config("host-device", pool()).put("device", "again0"));
    call.run("ADD");
    call.run("DEL");

    assertFalse(call.attempt("DEL").ok());
  }

  @Test
  void b7_gc_freesNothing(Netns pod) throws IOException {
    ObjectNode config = config("macvlan", pool());
    call(pod, "b7", config).run("ADD");
    ObjectNode listing = config.deepCopy();
    listing.putArray("cni.dev/valid-attachments");

    call(pod, "b7", listing).run("GC");

    assertEquals(1, leased().size());
    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void b8_fullPoolAndMissingParent_areReady(Netns pod) {
    ObjectNode config = config("macvlan", pool("10.41.0.10", "10.41.0.10"));
    call(pod, "b8", config).run("ADD");

    call(pod, "b8", config).run("STATUS");
    call(pod, "b8", config.put("master", "absent0")).run("STATUS");
    Call dhcp = call(pod, "b8", config("macvlan", "{\"type\":\"dhcp\"}"));
    assumeTrue(!Files.exists(Path.of("/run/cni/dhcp.sock")));
    dhcp.run("STATUS");
  }

  @Test
  void b9_routeWithMtuAndAdvmss_getsNeither(Netns pod) {
    String routes =
        "{\"type\":\"static\",\"addresses\":[{\"address\":\"10.49.0.5/24\"}],\"routes\":["
            + "{\"dst\":\"10.50.0.0/16\",\"gw\":\"10.49.0.1\",\"mtu\":1400,\"advmss\":1360}]}";
    call(pod, "b9", config("macvlan", routes)).run("ADD");

    assertFalse(pod.ip("route show 10.50.0.0/16").path(0).has("metrics"));
  }

  @Test
  void b10_containersNetnsIsTheNodes_isRefusedAfterwards() {
    ipam.forget();
    Call call = call(node, "b10", config("macvlan", "{\"type\":\"ipam\"}"));

    assertFalse(call.attempt("ADD").ok());

    assertEquals(1, ipam.calls("ADD").size());
  }

  @Test
  void b11_ipamDelFails_linkStays(Netns pod) {
    Call call = call(pod, "b11", config("macvlan", "{\"type\":\"ipam\"}"));
    call.run("ADD");
    ipam.answer("DEL", Answer.failsWith(11, "not now", ""));

    assertFalse(call.attempt("DEL").ok());

    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void b12_dnsOfTheIpam_isDropped(Netns pod) {
    Result added = call(pod, "b12", config("macvlan", "{\"type\":\"ipam\"}")).run("ADD");

    assertEquals(0, added.json().path("dns").size(), added.out());
  }

  /** Any lease of the container in the directory satisfies CHECK, whichever network's it is. */
  @Test
  void b13_twoRangesUnderOneName_checkTakesOneForTheOther(Netns pod) throws IOException {
    ObjectNode one = config("macvlan", pool("10.41.0.10", "10.41.0.20"));
    Call call = call(pod, "b13", one);
    Result added = call.run("ADD");
    Path lease = leases.resolve("peer").resolve(leased().get(0));
    Files.move(lease, leases.resolve("peer/10.41.0.200"));

    call.after(added).run("CHECK");
  }
}
