package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chains of which a runtime calls one plugin after the other by its own name, ours by links to the
 * shim.
 */
@InNamespaces(kinds = {"bridge", "macvlan"})
class OwnNamesChainIT {
  private static final String ARP_FILTER = "net/ipv4/conf/net1/arp_filter";

  private static Stage stage;

  @BeforeAll
  static void open() throws IOException {
    ReferencePlugins.NEW.missing().ifPresent(reason -> assumeTrue(false, reason));
    stage = Stage.open();
    for (String type : List.of("sbr", "ptp")) {
      Files.createSymbolicLink(
          stage.bin().resolve(type), ReferencePlugins.NEW.folder().resolve(type));
    }
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static ObjectNode list(String name, String type, String subnet) {
    ObjectNode list = Stage.object("{\"cniVersion\":\"1.1.0\"}").put("name", name);
    ObjectNode main = list.putArray("plugins").addObject().put("type", type);
    main.put("master", "parent0").put("bridge", "br-chain");
    ObjectNode ipam = Stage.object(Stage.hostLocal(subnet));
    ipam.putArray("routes").addObject().put("dst", "10.95.0.0/16");
    main.set("ipam", ipam);
    return list;
  }

  private static ObjectNode and(ObjectNode list, ObjectNode plugin) {
    ((ArrayNode) list.path("plugins")).add(plugin);
    return list;
  }

  private static ObjectNode tuning(String key, String value) {
    ObjectNode tuning = Stage.object("{\"type\":\"tuning\"}");
    tuning.putObject("sysctl").put("net.ipv4.conf.IFNAME." + key, value);
    return tuning;
  }

  private static List<String> recorded(String container) {
    return Journal.read(stage.at("var/lib/myriapod/journal")).stream()
        .filter(record -> record.key().container().value().equals(container))
        .map(AttachmentRecord::toString)
        .map(text -> text.replaceAll("#\\S+", ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bridge", "macvlan"})
  void ourMainOurTuningReferenceSbr_everyVerb_works(String type, Netns pod) {
    ObjectNode list = and(list("three", type, "10.98.0.0/24"), tuning("arp_filter", "1"));
    and(list, Stage.object("{\"type\":\"sbr\"}"));
    OneByOne runtime = new OneByOne(stage, pod, "three-" + type, list);

    Result added = runtime.add();
    assertEquals("1", pod.sysctl(ARP_FILTER));
    assertTrue(pod.run("ip rule").out().contains("from 10.98.0."));
    assertEquals(2, recorded("three-" + type).size());
    assertEquals(1, stage.leases("three").size());
    runtime.check(added);
    pod.sysctl(ARP_FILTER, "0");
    assertRefused(runtime.plugin(1).after(added).attempt("CHECK"), 106, "arp_filter");
    runtime.plugin(0).after(added).run("CHECK");

    runtime.delete(added);
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), recorded("three-" + type));
    assertEquals(List.of(), stage.leases("three"));
  }

  @Test
  void threeOfOurs_everyVerb_works(Netns pod) {
    ObjectNode list = and(list("ours", "macvlan", "10.103.0.0/24"), tuning("arp_filter", "1"));
    and(list, Stage.object("{\"type\":\"sbr\",\"builtin\":true}"));
    OneByOne runtime = new OneByOne(stage, pod, "ours", list);

    Result added = runtime.add();
    assertTrue(pod.run("ip rule").out().contains("from 10.103.0.2"));
    assertEquals(3, recorded("ours").size());
    runtime.check(added);
    pod.run("ip rule delete from 10.103.0.2");
    assertRefused(runtime.plugin(2).after(added).attempt("CHECK"), 106, "10.103.0.2");
    runtime.plugin(1).after(added).run("CHECK");

    runtime.delete(added);
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), recorded("ours"));
    assertEquals(List.of(), stage.leases("ours"));
  }

  @Test
  void del_ofEachInReverse_undoesItsOwn(Netns pod) {
    ObjectNode list = and(list("steps", "bridge", "10.99.0.0/24"), tuning("arp_filter", "1"));
    and(list, tuning("log_martians", "1"));
    OneByOne runtime = new OneByOne(stage, pod, "steps", list);
    Result added = runtime.add();
    runtime.check(added);
    assertEquals(3, recorded("steps").size());

    runtime.plugin(2).after(added).run("DEL");
    assertEquals("0", pod.sysctl("net/ipv4/conf/net1/log_martians"));
    assertEquals("1", pod.sysctl(ARP_FILTER));
    runtime.plugin(1).after(added).run("DEL");
    assertEquals("0", pod.sysctl(ARP_FILTER));
    assertTrue(pod.hasLink("net1"));
    runtime.plugin(0).after(added).run("DEL");
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), recorded("steps"));
  }

  @Test
  void add_again_isRefusedAndChangesNothing(Netns pod) {
    ObjectNode list = and(list("again", "bridge", "10.100.0.0/24"), tuning("arp_filter", "1"));
    OneByOne runtime = new OneByOne(stage, pod, "again", list);
    Result added = runtime.add();

    assertRefused(runtime.plugin(0).attempt("ADD"), 109, "net1");
    assertRefused(runtime.plugin(1).after(added).attempt("ADD"), 109, "net1");

    runtime.check(added);
    runtime.plugin(0).after(added).run("DEL"); // alone: it takes the tuning along
    assertEquals(List.of(), recorded("again"));
  }

  @Test
  void referenceMainOurTuningAndSbr_everyVerb_works(Netns pod) {
    ObjectNode list = and(list("theirs", "ptp", "10.101.0.0/24"), tuning("arp_filter", "1"));
    and(list, Stage.object("{\"type\":\"sbr\",\"builtin\":true}"));
    OneByOne runtime = new OneByOne(stage, pod, "theirs", list);

    Result added = withOurHostLocal(runtime::add);
    runtime.plugin(1).after(added).run("CHECK");
    runtime.plugin(2).after(added).run("CHECK"); // theirs fails behind any sbr: it moves routes
    assertEquals("1", pod.sysctl(ARP_FILTER));
    assertEquals(1, stage.leases("theirs").size());
    assertTrue(pod.run("ip rule").out().contains("from 10.101.0.2"));
    runtime.plugin(2).after(added).run("DEL");
    assertFalse(pod.run("ip rule").out().contains("from 10.101.0.2"));
    runtime.plugin(1).after(added).run("DEL");
    assertEquals("0", pod.sysctl(ARP_FILTER));
    withOurHostLocal(() -> runtime.plugin(0).after(added).run("DEL"));

    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), recorded("theirs"));
    assertEquals(List.of(), stage.leases("theirs"));
  }

  /** The reference plugin looks for its IPAM plugin in CNI_PATH. */
  private static Result withOurHostLocal(Supplier<Result> work) {
    try {
      Files.createSymbolicLink(stage.bin().resolve("host-local"), stage.shimAs("host-local"));
      Result result = work.get();
      Files.delete(stage.bin().resolve("host-local"));
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("link host-local", e);
    }
  }

  @Test
  void gc_containerNotListed_isUndoneWholly(Netns alive, Netns dead) {
    ObjectNode list = and(list("swept", "bridge", "10.102.0.0/24"), tuning("arp_filter", "1"));
    OneByOne first = new OneByOne(stage, alive, "alive", list);
    OneByOne second = new OneByOne(stage, dead, "dead", list);
    Result added = first.add();
    second.add();

    first.collect(List.of("alive"));

    assertFalse(dead.hasLink("net1"));
    assertEquals(List.of(), recorded("dead"));
    assertEquals(1, stage.leases("swept").size());
    first.check(added);
    first.delete(added);
    assertEquals(List.of(), stage.leases("swept"));
  }
}
