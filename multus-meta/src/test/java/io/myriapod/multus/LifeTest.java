package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.OpenRecord;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DEL, CHECK, GC and STATUS. */
class LifeTest extends OnScene {
  private static final Attachment LIVING = new Attachment(Scene.CONTAINER, Scene.ETH0);

  @BeforeEach
  void open() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.asksFor("a");
  }

  @Test
  void delete_attachedPod_undoesInReverseAndForgetsTheStatus() {
    scene.add();

    scene.delete();

    assertEquals(List.of("undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(List.of(), scene.journal.all());
    assertEquals(List.of(), scene.published());
  }

  @Test
  void delete_everythingElseGone_needsOnlyTheJournal() {
    scene.add();
    scene.cluster.pods.clear();
    scene.cluster.networks.clear();
    scene.cluster.canBeAsked = false;
    scene.conf = NetworkConfig.parse("{}".getBytes()).json();
    PluginRequest full = scene.request();

    scene.plugin.delete(
        new PluginRequest(
            full.container(),
            full.interfaceName(),
            Optional.empty(),
            full.args(),
            full.config(),
            Optional.empty(),
            full.deadline(),
            List.of()));

    assertEquals(List.of("undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(List.of(), scene.journal.all());
  }

  @Test
  void delete_twice_isFineAndTellsTheDefaultNetworkAgain() {
    scene.add();
    scene.delete();
    scene.acts.clear();

    scene.delete();

    assertEquals(List.of("delete main eth0"), scene.acts);
  }

  @Test
  void delete_unknownContainerAndNoConfig_isFine() {
    scene.cluster.networks.clear();

    scene.delete();

    assertEquals(List.of(), scene.acts);
  }

  @Test
  void delete_oneUndoFails_doesTheOthersAndReportsIt() {
    scene.add();
    scene.undoFails.add("net1");

    var reported = assertThrows(CniException.class, scene::delete);

    assertEquals(ErrorCode.TRY_AGAIN_LATER, reported.code());
    assertTrue(reported.getMessage().contains("stuck on purpose"), reported.getMessage());
    assertEquals(1, scene.journal.all().size());
    scene.undoFails.clear();
    scene.delete();
    assertEquals(List.of(), scene.journal.all());
  }

  /** A plugin of ours that the runtime has behind us in its own list. */
  @Test
  void delete_aPluginAddedAPart_undoesThatToo() {
    scene.add();
    addPart();

    scene.delete();

    assertEquals(List.of(), scene.journal.all());
  }

  @Test
  void gc_aPluginAddedAPart_undoesThatToo() {
    scene.add();
    addPart();

    scene.gc();

    assertEquals(List.of(), scene.journal.all());
  }

  private void addPart() {
    AttachmentKey key = new AttachmentKey(Scene.CONTAINER, Scene.ETH0);
    ObjectNode facts = JsonNodeFactory.instance.objectNode().put("plugin", "tuning");
    try (OpenRecord part = scene.journal.beginPart(key, "tuning#1", facts)) {
      part.done();
    }
  }

  @Test
  void delete_oldSandboxOfARestartedPod_keepsTheNewStatus() {
    scene.add();
    PluginRequest old = scene.request();
    PluginRequest fresh =
        new PluginRequest(
            new ContainerId("c2"),
            old.interfaceName(),
            old.netns(),
            old.args(),
            old.config(),
            Optional.empty(),
            old.deadline(),
            List.of());
    scene.plugin.add(fresh);

    scene.plugin.delete(old);
    assertEquals(2, scene.published().size());

    scene.plugin.delete(fresh);
    assertEquals(List.of(), scene.published());
  }

  @Test
  void delete_recordsOfOthers_areLeftAlone() {
    var key = new AttachmentKey(Scene.CONTAINER, new InterfaceName("eth9"));
    try (var other = scene.journal.begin(key, NetworkConfig.parse("{}".getBytes()).json())) {
      other.done();
    }
    scene.add();

    scene.delete();

    assertTrue(scene.journal.find(key).isPresent());
  }

  @Test
  void check_attachedPod_asksEveryNetworkWithItsResult() {
    scene.add();
    scene.acts.clear();

    scene.check();

    assertEquals(List.of("check main eth0", "check other net1"), scene.acts);
    var request = scene.plugins.get("main").requests.get(1);
    assertEquals(
        "10.1.0.5/24", request.prevResult().orElseThrow().addresses().get(0).address().toString());
    assertTrue(request.config().prevResult().isPresent());
  }

  @Test
  void check_definitionGone_usesTheRecordedConfig() {
    scene.add();
    scene.cluster.networks.clear();

    scene.check();
  }

  @Test
  void check_unknownContainer_isCode3() {
    assertEquals(
        ErrorCode.UNKNOWN_CONTAINER, assertThrows(CniException.class, scene::check).code());
  }

  @Test
  void check_severalDifferences_reportsAll() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other','broken':'check'}");
    scene.add();
    scene.podLinks.id = "boot:2";

    var different = assertThrows(CniException.class, scene::check);

    assertEquals(ErrorCode.CHECK_FAILED, different.code());
    assertTrue(different.getMessage().contains("another namespace"), different.getMessage());
    assertTrue(
        different.getMessage().contains("check network \"apps/a\" as \"net1\": check: broken"),
        different.getMessage());
  }

  @Test
  void check_networkOlderThanCheck_isPassedOver() {
    scene.network("apps", "a", "{'cniVersion':'0.3.1','type':'other','broken':'check'}");
    scene.add();

    scene.check();
  }

  @Test
  void gc_podLives_expandsToItsNetworks() {
    scene.add();
    scene.acts.clear();

    scene.gc(LIVING);

    assertEquals(List.of("gc main cbr0 [c1/eth0]", "gc other a [c1/eth0, c1/net1]"), scene.acts);
    assertEquals(2, scene.journal.all().size());
  }

  @Test
  void gc_podGone_undoesAllItsNetworks() {
    scene.add();
    scene.acts.clear();

    scene.gc();

    assertEquals(List.of("undo other net1", "undo main eth0", "gc main cbr0 []"), scene.acts);
    assertEquals(List.of(), scene.journal.all());
    assertEquals(List.of(), scene.published());
  }

  @Test
  void gc_otherConfigurationOfOurs_isNotTouched() {
    scene.add();
    scene.set("name", "'another-node-network'");

    scene.gc();

    assertEquals(2, scene.journal.all().size());
  }

  @Test
  void gc_containerFromBeforeUs_leavesSecondariesAlone() {
    scene.add();
    scene.acts.clear();
    Attachment old = new Attachment(new ContainerId("old"), Scene.ETH0);

    scene.gc(LIVING, old);

    assertEquals(List.of("gc main cbr0 [c1/eth0, old/eth0]"), scene.acts);
  }

  @Test
  void gc_oldNetworks_areAskedIfBuiltIn() {
    scene.network("apps", "a", "{'cniVersion':'1.0.0','type':'other'}");
    scene.add();
    scene.acts.clear();

    scene.gc(LIVING);

    assertEquals(List.of("gc main cbr0 [c1/eth0]", "gc other a [c1/eth0, c1/net1]"), scene.acts);
  }

  @Test
  void status_defaultNetworkBroken_isUnavailable() {
    scene.plugins.get("main").statusProblem =
        Optional.of(new CniException(ErrorCode.IO, "disk gone", "look"));

    var unavailable = assertThrows(CniException.class, scene::status);

    assertEquals(ErrorCode.UNAVAILABLE, unavailable.code());
    assertEquals("the default network cannot serve: disk gone", unavailable.getMessage());
  }

  @Test
  void status_defaultNetworkUnknown_isUnavailable() {
    scene.cluster.networks.clear();

    assertEquals(ErrorCode.UNAVAILABLE, assertThrows(CniException.class, scene::status).code());
  }

  @Test
  void status_askedOften_asksThePluginEveryFiveSeconds() {
    AtomicLong clock = new AtomicLong();
    var status = new DefaultNetworkStatus(scene.ports, clock::get);
    var request = new StatusRequest(NetworkConfig.of(scene.conf), scene.deadline, List.of());

    status.require(request);
    clock.set(4_999_000_000L);
    status.require(request);
    assertEquals(List.of("status main"), scene.acts);

    clock.set(5_000_000_001L);
    status.require(request);
    assertEquals(List.of("status main", "status main"), scene.acts);
  }
}
