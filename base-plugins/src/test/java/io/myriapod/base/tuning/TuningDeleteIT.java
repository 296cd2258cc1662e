package io.myriapod.base.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.OpenRecord;
import io.myriapod.pluginlab.ReferenceCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(kinds = "bridge")
class TuningDeleteIT {
  private static final String ALL =
      "'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1','net.core.somaxconn':'77',"
          + "'net.ipv4.ip_local_reserved_ports':'8080,8081'},'mac':'02:00:00:00:00:aa',"
          + "'mtu':1300,'promisc':true,'allmulti':true,'txQLen':77";
  private static final String SEEN =
      "cat net/ipv4/conf/net1/arp_filter net/core/somaxconn net/ipv4/ip_local_reserved_ports";

  @TempDir private Path temp;
  private TuningLab lab;
  private String before;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new TuningLab(node, pod, temp);
    before = seen(pod);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static String seen(Netns pod) {
    var link = pod.link("net1");
    return "%s %s %s %s %s"
        .formatted(
            link.get("address").asText(),
            link.get("mtu"),
            link.path("txqlen"),
            link.get("flags"),
            pod.run("cd /proc/sys; " + SEEN).out());
  }

  @Test
  void undo_attached_putsAllBack(Netns pod) {
    lab.add(ALL);
    assertFalse(seen(pod).equals(before));

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(before, seen(pod));
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void add_faultAtEveryStep_leavesNothing(Netns pod) {
    int steps =
        lab.faultAtEveryStep(
            () -> lab.add(ALL),
            () -> {
              assertEquals(before, seen(pod));
              assertEquals(List.of(), lab.journal.all());
            });

    assertTrue(steps >= 3, "only " + steps + " steps were seen");
  }

  @Test
  void undo_tunedTwice_putsTheFirstValuesBack(Netns pod) {
    PluginRequest first = lab.request("'mtu':1400,'sysctl':{'net.core.somaxconn':'77'}");
    PluginRequest second = lab.request("'mtu':1300,'sysctl':{'net.core.somaxconn':'78'}");
    try (OpenRecord outer = openRecord(first)) {
      lab.plugin.add(second.withPrevResult(Optional.of(lab.plugin.add(first))));
      outer.done();
    }
    assertEquals("78", pod.sysctl("net/core/somaxconn"));
    lab.plugin.check(first.withPrevResult(Optional.of(lab.before.withInterfaces(List.of()))));

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(before, seen(pod));
  }

  private OpenRecord openRecord(PluginRequest request) {
    return lab.journal.begin(
        new AttachmentKey(request.container(), request.interfaceName()),
        JsonNodeFactory.instance.objectNode());
  }

  @Test
  void undo_linkRenamed_restoresItButNoSysctlOfThatName(Netns pod) {
    lab.add(ALL);
    pod.run("ip link set net1 name old1; ip link add net1 type bridge");
    pod.run("ip link set net1 mtu 1400");
    pod.sysctl("net/ipv4/conf/net1/arp_filter", "1");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(TuningLab.MAC, pod.link("old1").get("address").asText());
    assertEquals(1500, pod.link("old1").get("mtu").asInt());
    assertEquals(1400, pod.link("net1").get("mtu").asInt());
    assertEquals("1", pod.sysctl("net/ipv4/conf/net1/arp_filter"));
  }

  @Test
  void undo_linkOfThatIndexIsAnother_staysAsItIs(Netns pod) {
    lab.add(ALL);
    int index = pod.link("net1").get("ifindex").asInt();
    pod.run("ip link del net1; ip link add net1 index %d type bridge".formatted(index));
    pod.run("ip link set net1 mtu 1400");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(1400, pod.link("net1").get("mtu").asInt());
  }

  @Test
  void undo_anotherNamespaceAtThePath_staysAsItIs(Netns pod) {
    lab.add(ALL);
    Command.of("ip", "netns", "delete", pod.name()).run();
    Command.of("ip", "netns", "add", pod.name()).run();
    pod.sysctl("net/core/somaxconn", "99");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals("99", pod.sysctl("net/core/somaxconn"));
  }

  @Test
  void undo_namespaceGone_isNoError(Netns pod) {
    lab.add(ALL);
    Command.of("ip", "netns", "delete", pod.name()).run();

    assertTrue(lab.deleteByJournal().clean());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void undo_valueThatTheKernelNoLongerTakes_holdsNothingUp(Netns node, Netns pod) {
    pod.run("ip link add mac1 link net1 type macvlan mode bridge");
    PluginRequest request = lab.request("mac1", "'mtu':1400,'txQLen':5");
    lab.add(request.withPrevResult(Optional.of(lab.before)));
    pod.run("ip link set net1 mtu 1450"); // mac1 can have no more than its parent

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(1400, pod.link("mac1").get("mtu").asInt());
    assertEquals(1000, pod.link("mac1").get("txqlen").asInt());
  }

  @Test
  void delete_madeByTheReferencePlugin_restoresFromItsFile(Netns node, Netns pod) {
    Assumptions.assumeTrue(ReferencePlugins.NEW.missing().isEmpty(), "no reference plugins");
    Path folder = ReferencePlugins.NEW.folder();
    Path backups = temp.resolve("var/backups");
    String keys = "'mac':'02:00:00:00:00:aa','mtu':1300,'promisc':true,'allmulti':true,'txQLen':77";
    String prev =
        ",'prevResult':{'cniVersion':'1.1.0','interfaces':[{'name':'net1','sandbox':'%s'}]}"
            .formatted(pod.path());
    ReferenceCall.run(
        folder, "ADD", lab.request(keys + prev + ",'dataDir':'%s'".formatted(backups)), node);
    assertFalse(seen(pod).equals(before));
    PluginRequest request = lab.request(keys + ",'dataDir':'/var/backups'");

    lab.plugin.delete(request);
    lab.plugin.delete(request);

    assertEquals(before, seen(pod));
    assertEquals(0, backups.toFile().list().length);
  }

  @Test
  void delete_badBackupOrDataDir_isNoError(Netns pod) throws Exception {
    Path file = temp.resolve("run/cni/tuning/c1_net1.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{'mac':");

    lab.plugin.delete(lab.request("'dataDir':'relative','mtu':'many'"));

    assertFalse(Files.exists(file));
    lab.plugin.delete(lab.request("").withoutNetns());
    assertEquals(before, seen(pod));
  }
}
