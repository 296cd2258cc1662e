package io.myriapod.base.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(
    kinds = {"bridge", "veth"},
    programs = "nft")
class BridgeDeleteIT {
  @TempDir private Path temp;
  private BridgeLab lab;
  private PluginRequest request;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new BridgeLab(node, pod, temp);
    request =
        lab.request(
            "eth0",
            "'isDefaultGateway':true,'ipMasq':true," + lab.hostLocal("'subnet':'10.1.2.0/24'"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void undo_attached_leavesOnlyTheBridge(Netns node, Netns pod) {
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertNothingLeft(node, pod);
    assertTrue(node.hasLink("cni0"));
  }

  @Test
  void add_faultAtEveryStep_leavesOnlyTheBridge(Netns node, Netns pod) {
    int steps = lab.faultAtEveryStep(() -> lab.add(request), () -> assertNothingLeft(node, pod));

    assertTrue(steps >= 6, "only " + steps + " steps were seen");
  }

  @Test
  void delete_unknownToTheJournal_removesLinkLeaseAndElements(Netns node, Netns pod) {
    lab.add(request);
    lab.forget();

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertNothingLeft(node, pod);
  }

  @Test
  void delete_withoutNetns_releasesTheLease(Netns pod) {
    lab.add(request);

    lab.plugin.delete(request.withoutNetns());

    assertEquals(List.of(), lab.leased());
    assertTrue(pod.hasLink("eth0"));
  }

  @Test
  void delete_netnsGone_releasesTheLease() throws Exception {
    lab.add(request);

    lab.plugin.delete(PluginLab.at(request, temp.resolve("gone")));
    assertEquals(List.of(), lab.leased());

    Path unmounted = java.nio.file.Files.writeString(temp.resolve("unmounted"), "");
    lab.plugin.delete(PluginLab.at(request, unmounted));
  }

  @Test
  void delete_nodesOwnNamespace_touchesNoLink(Netns node) {
    node.run("ip link add eth0 type veth peer name far0");

    lab.plugin.delete(PluginLab.at(request, node.path()));

    assertTrue(node.hasLink("eth0"));
  }

  @Test
  void delete_linkOfAnotherKind_staysWhereItIs(Netns pod) {
    pod.run("ip link add eth0 type bridge");

    lab.plugin.delete(request);

    assertTrue(pod.hasLink("eth0"));
  }

  @Test
  void delete_underANewConfigThatIsWrong_stillRemovesTheLink(Netns pod) {
    lab.add(request);

    lab.plugin.delete(lab.request("eth0", "'mtu':'nonsense','bridge':'a/b'"));

    assertFalse(pod.hasLink("eth0"));
  }

  @Test
  void gc_attachmentNotValid_freesItsLease() {
    lab.add(request);

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
  }

  @Test
  void undo_podGoneBefore_isClean(Netns node) {
    Netns gone = Netns.create("gone");
    lab.add(
        lab.request(
            "c9", "eth0", gone, "'ipMasq':true," + lab.hostLocal("'subnet':'10.1.2.0/24'")));
    gone.close();
    Waiting.until(Duration.ofSeconds(5), () -> node.ip("link show type veth").size() == 0);

    lab.deleteByJournal();

    assertEquals("", node.run("nft list ruleset").out());
  }

  private void assertNothingLeft(Netns node, Netns pod) {
    assertFalse(pod.hasLink("eth0"));
    assertEquals(0, node.ip("link show type veth").size());
    assertEquals("", node.run("nft list ruleset").out());
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void status_asConfigured_isTrueAboutPoolAndNft(Netns node, Netns pod) {
    lab.plugin.status(lab.status("'ipMasq':true," + lab.hostLocal("'subnet':'10.1.2.0/24'")));
    try (BridgeLab without = new BridgeLab(node, pod, temp.resolve("other"), Optional.empty())) {
      CniException e =
          assertThrows(
              CniException.class, () -> without.plugin.status(without.status("'ipMasq':true")));
      assertEquals(50, e.code());
    }
  }
}
