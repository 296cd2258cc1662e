package io.myriapod.base.bandwidth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.ResultCodec;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Waiting;
import io.myriapod.pluginlab.ReferenceCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@InNamespaces(
    kinds = {"veth", "macvlan", "ifb"},
    programs = "tc")
class BandwidthDeleteIT {
  @TempDir private Path temp;
  private BandwidthLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new BandwidthLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private PluginRequest made(boolean veth) {
    return veth ? lab.onVeth(BandwidthLab.BOTH) : lab.onMacvlan(BandwidthLab.BOTH);
  }

  private static void assertUnlimited(Netns namespace, String link) {
    assertEquals("noqueue", BandwidthLab.root(namespace, link).path("kind").asText());
    assertEquals("", namespace.run("tc qdisc show dev %s ingress".formatted(link)).out());
    assertEquals(0, namespace.ip("link show type ifb").size());
  }

  private void assertNothingLeft(boolean veth, Netns node, Netns pod) {
    assertUnlimited(veth ? node : pod, veth ? "host0" : "net1");
    assertEquals(List.of(), lab.journal.all());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void undo_attached_leavesNothing(boolean veth, Netns node, Netns pod) {
    lab.add(made(veth));

    assertTrue(lab.deleteByJournal().clean());

    assertNothingLeft(veth, node, pod);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void add_faultAtEveryStep_leavesNothing(boolean veth, Netns node, Netns pod) {
    PluginRequest request = made(veth);
    int steps =
        lab.faultAtEveryStep(() -> lab.add(request), () -> assertNothingLeft(veth, node, pod));

    assertTrue(steps >= 5, "only " + steps + " steps were seen");
  }

  @Test
  void undo_replacedBySomebodyElse_leavesTheirs(Netns node) {
    lab.add(lab.onVeth(BandwidthLab.BOTH));
    node.run("tc qdisc replace dev host0 root handle 7: pfifo limit 9");
    node.run("tc qdisc del dev host0 ingress; tc qdisc add dev host0 clsact");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals("7:", BandwidthLab.root(node, "host0").path("handle").asText());
    assertTrue(node.run("tc qdisc show dev host0").out().contains("clsact"));
  }

  @Test
  void undo_anotherLinkOfTheName_isNotTouched(Netns node) {
    lab.add(lab.onVeth(BandwidthLab.INGRESS));
    node.run("ip link set host0 name moved0 address 02:00:00:00:00:01");
    node.run("ip link add host0 type veth peer name far0; ip link set host0 up");
    node.run("tc qdisc add dev host0 root handle 1: tbf rate 8mbit burst 10000 latency 25ms");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals("tbf", BandwidthLab.root(node, "host0").path("kind").asText());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void undo_podGoneBefore_isClean(boolean veth, Netns node) {
    Netns gone = Netns.create("gone");
    try (BandwidthLab other = new BandwidthLab(node, gone, temp.resolve("other"))) {
      other.add(veth ? other.onVeth(BandwidthLab.BOTH) : other.onMacvlan(BandwidthLab.BOTH));
      gone.close();
      Waiting.until(Duration.ofSeconds(5), "host0 gone", () -> !node.hasLink("host0"));

      assertTrue(other.deleteByJournal().clean());
    }
    assertEquals(0, node.ip("link show type ifb").size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void delete_unknownToTheJournal_removesEverything(boolean veth, Netns node, Netns pod) {
    PluginRequest request = made(veth);
    lab.add(request);
    lab.forget();

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertNothingLeft(veth, node, pod);
  }

  @Test
  void delete_withoutNetnsAndUnderAWrongConfig_removesTheIfb(Netns node) {
    PluginRequest request = lab.onVeth(BandwidthLab.BOTH);
    lab.add(request);
    lab.forget();

    lab.plugin.delete(lab.request("net1", "'ingressRate':'much'").withoutNetns());

    assertFalse(node.hasLink(BandwidthLab.IFB));
  }

  @Test
  void delete_ifbOfAnotherInterface_stays(Netns node) {
    node.run("ip link add %s type ifb".formatted(BandwidthLab.IFB));
    node.run(
        "ip link set %s alias 'myriapod bandwidth limited c1 net0'".formatted(BandwidthLab.IFB));

    lab.plugin.delete(lab.onVeth(BandwidthLab.BOTH));

    assertTrue(node.hasLink(BandwidthLab.IFB));
  }

  @ParameterizedTest
  @EnumSource(ReferencePlugins.class)
  void delete_attachedByTheReferencePlugin_removesEverything(
      ReferencePlugins reference, Netns node) {
    assumeTrue(reference.missing().isEmpty(), () -> reference.missing().orElse(""));
    PluginRequest request = lab.onVeth(BandwidthLab.BOTH);
    ReferenceCall.run(reference.folder(), "ADD", toldOnStdin(request), node);
    lab.plugin.check(request);

    lab.plugin.delete(request);

    assertUnlimited(node, "host0");
  }

  @ParameterizedTest
  @EnumSource(ReferencePlugins.class)
  void add_thenCheckAndDeleteByTheReferencePlugin_leavesNoIfb(
      ReferencePlugins reference, Netns node) {
    assumeTrue(reference.missing().isEmpty(), () -> reference.missing().orElse(""));
    PluginRequest request = lab.onVeth(BandwidthLab.BOTH);
    PluginRequest attached = request.withPrevResult(Optional.of(lab.add(request)));

    ReferenceCall.run(reference.folder(), "CHECK", toldOnStdin(attached), node);
    ReferenceCall.run(reference.folder(), "DEL", toldOnStdin(attached), node);

    assertFalse(node.hasLink(BandwidthLab.IFB));
    assertTrue(lab.deleteByJournal().clean());
  }

  /** With version 1.0.0, which both speak. */
  private static PluginRequest toldOnStdin(PluginRequest request) {
    return request.withConfig(
        request
            .config()
            .with("cniVersion", TextNode.valueOf("1.0.0"))
            .with(
                "prevResult",
                ResultCodec.encode(request.prevResult().orElseThrow(), CniVersion.V1_0_0)));
  }

  @Test
  void gc_ifbsOfThisNetworkWithoutValidAttachment_areFreed(Netns node) {
    mark(node, "bwp000000000001", "myriapod bandwidth limited c8 net1");
    mark(node, "bwp000000000002", "myriapod bandwidth limited c9 net1");
    mark(node, "bwp000000000003", "myriapod bandwidth other c9 net1");
    mark(node, "bwp000000000004", "");
    lab.add(lab.onVeth(BandwidthLab.BOTH));
    PluginRequest alive = lab.request("c8", "net1", node, "");

    lab.plugin.gc(
        new GcRequest(
            alive.config(),
            Set.of(alive.attachment()),
            Deadline.in(Duration.ofSeconds(5)),
            List.of()));

    assertTrue(node.hasLink("bwp000000000001"), "a valid attachment's");
    assertFalse(node.hasLink("bwp000000000002"), "nobody's");
    assertTrue(node.hasLink("bwp000000000003"), "another network's");
    assertTrue(node.hasLink("bwp000000000004"), "somebody else's");
    assertTrue(node.hasLink(BandwidthLab.IFB), "one that the journal knows");
  }

  private static void mark(Netns node, String name, String alias) {
    node.run("ip", "link", "add", name, "type", "ifb");
    if (!alias.isEmpty()) {
      node.run("ip", "link", "set", name, "alias", alias);
    }
  }

  @Test
  void status_wrongLimit_isCode50() {
    lab.plugin.status(lab.status(BandwidthLab.BOTH));

    CniException e =
        assertThrows(CniException.class, () -> lab.plugin.status(lab.status("'ingressRate':8")));

    assertEquals(ErrorCode.UNAVAILABLE, e.code());
  }
}
