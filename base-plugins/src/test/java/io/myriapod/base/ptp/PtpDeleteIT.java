package io.myriapod.base.ptp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    int faults = 0;
    while (true) {
      lab.failAtPhase(faults);
      try {
        lab.add(request);
      } catch (IllegalStateException e) {
        faults++;
        assertTrue(lab.hasFailed());
        lab.deleteByJournal();
        assertNothingLeft(node, pod);
        continue;
      }
      break; // the ADD has fewer steps than that
    }
    assertTrue(faults >= 6, "only " + faults + " steps were seen");
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

    lab.plugin.gc(
        new GcRequest(request.config(), Set.of(), Deadline.in(Duration.ofSeconds(5)), List.of()));

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
