package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * GC of networks whose plugins a runtime calls by their own names: what it does not list is freed,
 * and nothing else.
 */
@InNamespaces(
    kinds = {"bridge", "macvlan"},
    programs = {"nft"})
class GcIT {
  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  /** The plugins of a network, all of which hold something of each attachment. */
  static List<String> networks() {
    return List.of(
        "{'type':'macvlan','master':'parent0'}",
        "{'type':'bridge','bridge':'br-gc','isGateway':true,'ipMasq':true}",
        "{'type':'ptp','ipMasq':true}",
        "{'type':'macvlan','master':'parent0'} {'type':'tuning','sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1'}}",
        "{'type':'macvlan','master':'parent0'} {'type':'sbr'}",
        "{'type':'bridge','bridge':'br-gc','ipMasq':true} {'type':'bandwidth','ingressRate':8000000,'ingressBurst':80000}");
  }

  private static ObjectNode network(String name, String plugins, int subnet) {
    ObjectNode list = Stage.object("{\"cniVersion\":\"1.1.0\"}").put("name", name);
    ArrayNode array = list.putArray("plugins");
    for (String plugin : plugins.replace('\'', '"').replace("br-gc", "br-gc" + subnet).split(" ")) {
      array.add(Stage.object(plugin));
    }
    ObjectNode ipam = Stage.object(Stage.hostLocal("10.%d.0.0/24".formatted(subnet)));
    ((ObjectNode) array.get(0)).set("ipam", ipam);
    return list;
  }

  private static OneByOne runtime(
      Netns netns, String container, String interfaceName, ObjectNode list) {
    return new OneByOne(stage, netns, container, list, interfaceName);
  }

  private static ArrayNode listing(OneByOne... living) {
    ArrayNode list = Stage.object("{}").arrayNode();
    for (OneByOne each : living) {
      list.addObject().put("containerID", each.container()).put("ifname", each.interfaceName());
    }
    return list;
  }

  private static String addressOf(OneByOne runtime) {
    return runtime.netns().addresses(runtime.interfaceName()).stream()
        .filter(address -> address.contains("."))
        .findFirst()
        .orElseThrow()
        .replaceAll("/.*", "");
  }

  /** The IPv4 addresses of these subnets that are translated. */
  private static TreeSet<String> translated(String prefix) {
    TreeSet<String> found = new TreeSet<>();
    Result set = stage.node().attempt("nft", "-j", "list", "set", "inet", "myriapod", "pods4");
    if (set.ok()) {
      set.json().findPath("elem").forEach(one -> found.add(one.asText()));
    }
    found.removeIf(address -> !address.startsWith(prefix));
    return found;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gc_someListed_freesExactlyTheOthers(String plugins, Netns a, Netns b, Netns c)
      throws IOException {
    boolean translates = plugins.contains("ipMasq");
    ObjectNode mine = network("mine", plugins, 81);
    ObjectNode others = network("others", plugins, 82);
    OneByOne listed = runtime(a, "gc-a", "net1", mine);
    OneByOne second = runtime(a, "gc-a", "net2", mine);
    OneByOne unlisted = runtime(b, "gc-b", "net1", mine);
    OneByOne other = runtime(c, "gc-c", "net1", others);
    Result ofListed = listed.add();
    second.add();
    unlisted.add();
    Result ofOther = other.add();
    String address = addressOf(listed);
    Path leases = stage.at("var/lib/cni/networks/mine");
    Files.writeString(leases.resolve("10.81.0.77"), "never-recorded\r\nnet1");
    Files.writeString(leases.resolve("10.81.0.78"), "of-old");
    Files.delete(leases.resolve(addressOf(unlisted))); // a record without a lease

    listed.collect(listing(listed)).forEach(Result::orThrow);

    assertEquals(List.of(address), stage.leases("mine"));
    assertFalse(a.hasLink("net2"));
    assertFalse(b.hasLink("net1"));
    assertEquals(translates ? List.of(address) : List.of(), List.copyOf(translated("10.81.")));
    listed.check(ofListed);
    other.check(ofOther);

    listed.collect(listing()).forEach(Result::orThrow);

    assertEquals(List.of(), stage.leases("mine"));
    assertFalse(a.hasLink("net1"));
    assertEquals(List.of(), List.copyOf(translated("10.81.")));
    other.check(ofOther);
    Stream.of(listed, second, unlisted).forEach(each -> each.delete(ofListed));
    other.delete(ofOther);
    assertEquals(List.of(), stage.leases("others"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'none' | a list of at most",
        "{} | a list of at most",
        "[{'containerID':'gc-a'}] | an element",
        "[{'ifname':'net1'}] | an element",
        "[{'containerID':'../x','ifname':'net1'}] | an element",
        "[{'containerID':'gc-a','ifname':'a/b'}] | an element",
        "['gc-a'] | an element",
        "[7] | an element",
      },
      quoteCharacter = '`')
  void gc_malformedList_isRefusedAndFreesNothing(String text, String finding, Netns a)
      throws IOException {
    ObjectNode mine = network("malformed", networks().get(1), 83);
    OneByOne runtime = runtime(a, "gc-a", "net1", mine);
    Result added = runtime.add();
    JsonNode list = Stage.object("{\"list\":%s}".formatted(text.replace('\'', '"'))).get("list");

    for (Result result : runtime.collect(list)) {
      assertRefused(result, 7, "cni.dev/valid-attachments", finding);
    }

    runtime.check(added);
    runtime.delete(added);
  }

  @Test
  void gc_withoutAnyList_isRefusedAndFreesNothing(Netns a) {
    ObjectNode mine = network("unlisted", networks().get(0), 84);
    OneByOne runtime = runtime(a, "gc-a", "net1", mine);
    Result added = runtime.add();

    assertRefused(runtime.plugin(0).attempt("GC"), 7, "cni.dev/valid-attachments", "missing");

    runtime.check(added);
    runtime.delete(added);
  }

  /** Debian's binary made the lease; nobody has a record of it. */
  @Test
  void gc_leasesOfTheReference_areFreedUnlessListed(Netns a) {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    ObjectNode list = network("shared", networks().get(0), 85);
    ObjectNode config = Stage.object(list.at("/plugins/0").toString());
    config.put("cniVersion", "1.1.0").put("name", "shared");
    ((ObjectNode) config.path("ipam")).put("dataDir", stage.at("var/lib/cni/networks").toString());
    Path theirs = ReferencePlugins.NEW.folder().resolve("host-local");
    for (String container : List.of("kept", "freed")) {
      Solo.of(stage, a, container, config).call().as(theirs).run("ADD");
    }
    OneByOne runtime = runtime(a, "kept", "net1", list);

    runtime.collect(listing(runtime)).forEach(Result::orThrow);

    assertEquals(1, stage.leases("shared").size());
    runtime.collect(listing()).forEach(Result::orThrow);
    assertEquals(List.of(), stage.leases("shared"));
  }

  @Test
  void gc_ofHostDevice_bringsUnlistedDevicesHome(Netns a, Netns b) {
    stage.node().run("ip link add gc0 type veth peer name gc0-far; ip link set gc0 mtu 1400");
    stage.node().run("ip link add gc1 type veth peer name gc1-far; ip link set gc1 mtu 1400");
    OneByOne listed =
        runtime(a, "gc-a", "net1", network("lent", "{'type':'host-device','device':'gc0'}", 86));
    OneByOne unlisted =
        runtime(b, "gc-b", "net1", network("lent", "{'type':'host-device','device':'gc1'}", 86));
    Result added = listed.add();
    unlisted.add();

    listed.collect(listing(listed)).forEach(Result::orThrow);

    assertTrue(stage.node().hasLink("gc1"));
    assertEquals(1400, stage.node().link("gc1").path("mtu").asInt());
    assertFalse(stage.node().hasLink("gc0"));
    assertEquals(List.of(addressOf(listed)), stage.leases("lent"));
    listed.check(added);
    listed.delete(added);
    assertTrue(stage.node().hasLink("gc0"));
  }
}
