package io.myriapod.base.ptp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(kinds = "veth", programs = "nft")
class PtpDeleteIT {
  @TempDir private Path temp;
  private PtpLab lab;
  private PluginRequest request;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new PtpLab(node, pod, temp);
    request =
        lab.request(
            "net1",
            "'ipMasq':true,"
                + lab.hostLocal(
                    "'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00:1::/64'}]]"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void undo_attached_leavesNothing(Netns node, Netns pod) {
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertNothingLeft(node, pod);
  }

  @Test
  void add_faultAtEveryStep_leavesNothing(Netns node, Netns pod) {
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
    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void delete_underANewConfigThatIsWrong_stillRemovesTheLink(Netns pod) {
    lab.add(request);

    lab.plugin.delete(lab.request("net1", "'mtu':'nonsense'"));

    assertFalse(pod.hasLink("net1"));
  }

  @Test
  void gc_attachmentNotValid_freesItsLease() {
    lab.add(request);

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
  }

  @Test
  void status_asConfigured_isTrueAboutPoolAndNft(Netns node, Netns pod) {
    String one = lab.hostLocal("'subnet':'10.1.2.0/30'");
    lab.plugin.status(lab.status("'ipMasq':true," + one));
    lab.add(one);
    CniException full = assertThrows(CniException.class, () -> lab.plugin.status(lab.status(one)));
    assertEquals(ErrorCode.UNAVAILABLE, full.code());

    try (PtpLab without = new PtpLab(node, pod, temp.resolve("other"), Optional.empty())) {
      String keys = "'ipMasq':true," + without.hostLocal("'subnet':'10.1.3.0/24'");
      CniException e =
          assertThrows(CniException.class, () -> without.plugin.status(without.status(keys)));
      assertEquals(ErrorCode.UNAVAILABLE, e.code());
    }
  }

  private void assertNothingLeft(Netns node, Netns pod) {
    assertFalse(pod.hasLink("net1"));
    assertEquals(0, node.ip("link show type veth").size());
    assertEquals(0, node.ip("route show").size());
    assertEquals("", node.run("nft list ruleset").out());
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }
}
