package io.myriapod.base.hostdevice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.UndoReport;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.vfio.given.DeviceIdentity;
import io.myriapod.vfio.given.DeviceState;
import io.myriapod.vfio.given.GivenDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces
class HostDeviceDeleteIT {
  @TempDir private Path temp;
  private HostDeviceLab lab;
  private PluginRequest request;
  private JsonNode before;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new HostDeviceLab(node, pod, temp);
    request = lab.request("net1", "'device':'dev0'," + lab.hostLocal("'subnet':'10.1.2.0/24'"));
    before = lab.picture("dev0");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void undo_attached_everyStateComesBack(Netns pod) {
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertHome(pod);
  }

  @Test
  void undo_podChangedEverything_everyStateComesBack(Netns pod) {
    lab.add(request);
    pod.run("ip link set net1 down; ip link set net1 name other9 address 02:00:00:00:00:77");
    pod.run("ip link set other9 mtu 900 txqueuelen 9 promisc off allmulticast off group 9 alias x");
    pod.run("ip link property del dev other9 altname enp1s0");
    pod.run("ip link property add dev other9 altname dev0 altname theirs");
    pod.run("ip link add br0 type bridge; ip link set other9 master br0");

    assertTrue(lab.deleteByJournal().clean());

    assertHome(pod);
  }

  @Test
  void undo_twice_changesNothing(Netns pod) {
    lab.add(request);
    var records = lab.journal.all();
    lab.undo(records);

    assertTrue(lab.undo(records).clean());

    assertHome(pod);
  }

  @Test
  void undo_wasDownWithoutAddresses_staysSo(Netns node, Netns pod) {
    node.run("ip addr flush dev dev0; ip link set dev0 down");
    before = lab.picture("dev0");
    lab.add(request);

    assertTrue(lab.deleteByJournal().clean());

    assertHome(pod);
  }

  /** As the kernel does it with hardware: under the pod's name, or dev and a number. */
  @Test
  void undo_cameHomeByItself_everyStateComesBack(Netns node, Netns pod) {
    for (String name : List.of("net1", "dev17")) {
      lab.add(request);
      pod.run("ip link set net1 netns " + node.name() + " name " + name);
      pod.close();

      assertTrue(lab.deleteByJournal().clean());

      assertEquals(before, lab.picture("dev0"));
      assertEquals(List.of(), lab.leased());
      Command.of("ip", "netns", "add", pod.name()).run();
    }
  }

  @Test
  void undo_deviceDiedWithItsNamespace_releasesTheLease(Netns node, Netns pod) {
    lab.add(request);
    pod.run("ip link del net1");

    assertTrue(lab.deleteByJournal().clean());

    assertFalse(node.hasLink("dev0"));
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }

  /** Its namespace may still be dying, or it is in a namespace of the pod's own. */
  @Test
  void undo_hardwareNotHomeYet_isTriedAgainAsLongAsADriverHasIt(Netns pod) {
    lab.pciDevice("0000:01:10.2", "iavf");
    DeviceIdentity card =
        new DeviceIdentity(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("0000:01:10.2"),
            false);
    DeviceState state =
        new DeviceState(
            card,
            99,
            new InterfaceName("ens1"),
            List.of(),
            "",
            1500,
            1000,
            0,
            true,
            false,
            false,
            List.of());
    GivenDevice lost =
        new GivenDevice(pod.path().toString(), "gone", new InterfaceName("net1"), 3, state);
    try (OpenRecord record =
        lab.journal.begin(
            new AttachmentKey(new ContainerId("c1"), new InterfaceName("net1")),
            JsonNodeFactory.instance.objectNode())) {
      record.will(lost.toInverse());
      record.done();
    }

    UndoReport report = lab.deleteByJournal();

    assertTrue(
        report.failures().get(0).reason().contains("neither in the pod nor on the node yet"),
        report::toString);
    lab.pciDevice("0000:01:10.2", "vfio-pci");
    assertTrue(lab.deleteByJournal().clean());
  }

  @Test
  void undo_nameTakenMeanwhile_comesHomeUnderAFreeOne(Netns node, Netns pod) {
    lab.add(request);
    node.run("ip link add dev0 type bridge; ip link property add dev dev0 altname enp1s0");

    assertTrue(lab.deleteByJournal().clean());

    assertFalse(pod.hasLink("net1"));
    JsonNode home = lab.picture("dev0-1");
    assertEquals("[\"storage-card\"]", home.get("altnames").toString());
    assertEquals(before.get("address"), home.get("address"));
    assertEquals(List.of("10.7.0.2/24", "10.8.0.2/32"), node.addresses("dev0-1").subList(0, 2));
  }

  @Test
  void undo_anotherPodHasItByNow_leavesItThere(Netns node, Netns pod) {
    lab.add(request);
    var late = lab.journal.all();
    pod.run("ip link set net1 netns " + node.name() + " name net1");
    try (Netns next = Netns.create("next")) {
      lab.add(lab.request("c2", "net1", next, "'device':'dev0'"));

      assertTrue(lab.undo(late).clean());

      assertTrue(next.hasLink("net1"));
      assertTrue(lab.deleteByJournal().clean());
    }
    assertHome(pod);
  }

  /** As VLANs of one parent have. */
  @Test
  void undo_anotherPodHasOneOfTheSameMac_comesHome(Netns node, Netns pod) {
    node.run("ip link add dev1 address " + HostDeviceLab.MAC + " type veth peer name wire1");
    lab.add(request);
    var first = lab.journal.all();
    try (Netns next = Netns.create("next")) {
      lab.add(lab.request("c2", "net1", next, "'device':'dev1'"));

      assertTrue(lab.undo(first).clean());

      assertEquals(before, lab.picture("dev0"));
      assertTrue(next.hasLink("net1"));
      assertTrue(lab.deleteByJournal().clean());
      assertTrue(node.hasLink("dev1"));
    }
    assertHome(pod);
  }

  @Test
  void add_faultAtEveryStep_leavesNothing(Netns pod) {
    int steps = lab.faultAtEveryStep(() -> lab.add(request), () -> assertHome(pod));

    assertTrue(steps >= 5, "only " + steps + " steps were seen");
  }

  @Test
  void undo_faultAtEveryStep_isFinishedByTheNext(Netns pod) {
    for (int phase = 0; ; phase++) {
      lab.add(request);
      lab.failAtPhase(phase);
      try {
        lab.deleteByJournal();
      } catch (IllegalStateException e) {
        assertTrue(lab.hasFailed());
      }
      boolean reached = lab.hasFailed();
      lab.failAtPhase(-1);
      lab.deleteByJournal();
      assertHome(pod);
      if (!reached) {
        return; // the DEL has fewer steps than that
      }
    }
  }

  @Test
  void delete_unknownToTheJournal_comesHomeUnderItsName(Netns node, Netns pod) {
    node.run("ip link set dev0 netns " + pod.name() + " name net1");
    pod.run("ip link set net1 alias dev0 up");

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertFalse(pod.hasLink("net1"));
    JsonNode home = lab.picture("dev0");
    assertEquals(HostDeviceLab.MAC, home.get("address").asText());
    assertFalse(home.has("ifalias"));
    assertFalse(home.get("flags").toString().contains("\"UP\""));
  }

  @Test
  void delete_renamedInThePod_isFoundByWhatTheConfigSays(Netns node, Netns pod) {
    node.run("ip link set dev0 netns " + pod.name() + " name other9");

    lab.plugin.delete(lab.request("net1", "'hwaddr':'%s'".formatted(HostDeviceLab.MAC)));

    assertTrue(node.hasLink("other9"));
  }

  @Test
  void delete_linkThatNeverWasTheNodes_staysWhereItIs(Netns pod) {
    pod.run("ip link add net1 type veth peer name other0");

    lab.plugin.delete(request);

    assertTrue(pod.hasLink("net1"));
  }

  /** Deletions are repeated; the pod may have put something in the device's place meanwhile. */
  @Test
  void delete_linkThatThePodMadeLookLikeTheDevice_staysWhereItIs(Netns node, Netns pod) {
    List<String> before = linksOf(node);
    pod.run("ip link add net1 type veth peer name other0; ip link set net1 alias dev0");
    lab.plugin.delete(request);
    pod.run("ip link set net1 alias evil0");
    lab.plugin.delete(request);
    pod.run("ip link set net1 alias ''; ip link set net1 address " + HostDeviceLab.MAC);
    lab.plugin.delete(lab.request("net1", "'hwaddr':'%s'".formatted(HostDeviceLab.MAC)));

    assertTrue(pod.hasLink("net1"));
    assertEquals(before, linksOf(node));
  }

  private static List<String> linksOf(Netns node) {
    return node.ip("link show").findValuesAsText("ifname");
  }

  @Test
  void delete_aliasOnLinkThatCannotLeaveThePod_isDoneAllTheSame(Netns node, Netns pod) {
    node.run("ip link del dev0");
    pod.run("ip link set lo alias dev0; ip link add br0 type bridge; ip link set br0 alias dev0");

    lab.plugin.delete(request);

    assertTrue(pod.hasLink("br0"));
  }

  @Test
  void delete_podHasMoreLinksThanAreRead_isDoneAllTheSame(Netns pod) {
    lab.add(request);
    pod.run("ip link del net1");
    pod.command("sh", "-c", "seq 1 4100 | sed 's/.*/link add type veth/' | ip -batch -")
        .within(Duration.ofMinutes(2))
        .run();

    assertTrue(lab.deleteByJournal().clean());
    lab.plugin.delete(request);
  }

  @Test
  void delete_podHasNamesThatAreNoText_isDoneAllTheSame(Netns pod) {
    pod.run(
        "ip link add \"$(printf 'a\\001b')\" type veth peer name \"$(printf '\\377\\377\\377\\377\\377\\377')\"");

    lab.plugin.delete(lab.request("net1", "'hwaddr':'02:00:00:00:00:99'"));
  }

  @Test
  void delete_withoutNetns_releasesTheLease(Netns pod) {
    lab.add(request);

    lab.plugin.delete(request.withoutNetns());

    assertEquals(List.of(), lab.leased());
    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void delete_deviceOfAnotherAttachment_staysWhereItIs(Netns pod) {
    lab.add(request);

    lab.plugin.delete(lab.request("c9", "net1", pod, "'device':'dev0'"));

    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void gc_attachmentNotValid_freesItsLease() {
    lab.add(request);

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
  }

  private void assertHome(Netns pod) {
    assertFalse(pod.hasLink("net1"));
    assertEquals(before, lab.picture("dev0"));
    assertEquals(List.of(), lab.leased());
    assertEquals(List.of(), lab.journal.all());
  }
}
