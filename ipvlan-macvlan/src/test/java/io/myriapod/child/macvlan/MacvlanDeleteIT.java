package io.myriapod.child.macvlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.pluginlab.PluginLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(kinds = "macvlan")
class MacvlanDeleteIT {
  @TempDir private Path temp;
  private MacvlanLab lab;
  private PluginRequest request;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new MacvlanLab(node, pod, temp);
    request = lab.request("net1", "'master':'parent0'," + lab.hostLocal("'subnet':'10.1.2.0/24'"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void undo_attached_leavesNothing(Netns pod) {
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertNothingLeft(pod);
  }

  @Test
  void add_faultAtEveryStep_leavesNothing(Netns pod) {
    int steps = lab.faultAtEveryStep(() -> lab.add(request), () -> assertNothingLeft(pod));

    assertTrue(steps >= 4, "only " + steps + " steps were seen");
  }

  @Test
  void delete_twice_removesLinkAndLease(Netns pod) {
    lab.add(request);

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
  }

  @Test
  void delete_parentGone_removesLinkAndLease(Netns node, Netns pod) {
    lab.add(request);
    node.run("ip link del parent0");

    lab.plugin.delete(request);

    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
  }

  @Test
  void delete_withoutNetns_releasesTheLease() {
    lab.add(request);

    lab.plugin.delete(request.withoutNetns());

    assertEquals(List.of(), lab.leased());
  }

  @Test
  void delete_netnsGone_releasesTheLease() throws Exception {
    lab.add(request);
    Path unmounted = Files.writeString(temp.resolve("unmounted"), "");

    lab.plugin.delete(PluginLab.at(request, temp.resolve("gone")));
    assertEquals(List.of(), lab.leased());
    lab.plugin.delete(PluginLab.at(request, unmounted));
  }

  @Test
  void delete_ipamFails_stillRemovesTheLink(Netns pod) throws Exception {
    lab.add(request);
    Path plugin = Files.writeString(temp.resolve("broken-ipam"), "#!/bin/false\n");
    assertTrue(plugin.toFile().setExecutable(true));
    PluginRequest broken = lab.request("net1", "'master':'parent0','ipam':{'type':'broken-ipam'}");

    CniException e = assertThrows(CniException.class, () -> lab.plugin.delete(broken));

    assertEquals(77, e.code());
    assertFalse(pod.hasLink("net1"));
  }

  @Test
  void delete_linkOfAnotherKind_staysWhereItIs(Netns pod) {
    pod.run("ip link add net1 type veth peer name other0");

    lab.plugin.delete(request);

    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void gc_attachmentNotValid_freesItsLease() {
    lab.add(request);

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
  }

  @Test
  void status_parentThere_succeedsElseCode50(Netns node) {
    lab.plugin.status(status("'master':'parent0'"));
    node.run("ip link set parent0 down");

    CniException down =
        assertThrows(CniException.class, () -> lab.plugin.status(status("'master':'parent0'")));
    CniException absent =
        assertThrows(CniException.class, () -> lab.plugin.status(status("'master':'absent0'")));

    assertEquals(ErrorCode.UNAVAILABLE, down.code());
    assertEquals(ErrorCode.UNAVAILABLE, absent.code());
    lab.plugin.status(status("'master':'absent0','linkInContainer':true"));
  }

  private static StatusRequest status(String config) {
    return new StatusRequest(
        MacvlanLab.config(config), Deadline.in(Duration.ofSeconds(5)), List.of());
  }

  private void assertNothingLeft(Netns pod) {
    assertFalse(pod.hasLink("net1"));
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }
}
