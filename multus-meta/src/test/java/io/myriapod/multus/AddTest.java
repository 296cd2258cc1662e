package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.kubernetes.Event;
import io.myriapod.types.InterfaceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddTest extends OnScene {
  @BeforeEach
  void open() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other','ips':['10.2.0.5/24']}");
    scene.network("apps", "b", "{'cniVersion':'1.1.0','type':'other'}");
  }

  @Test
  void add_noAnnotation_attachesTheDefaultNetworkAlone() {
    var result = scene.add();

    assertEquals(List.of("validate main eth0", "add main eth0"), scene.acts);
    assertEquals("10.1.0.5/24", result.addresses().get(0).address().toString());
  }

  @Test
  void add_severalNetworks_validatesAllBeforeTheFirstAct() {
    scene.asksFor("a,b");

    scene.add();

    assertEquals(
        List.of(
            "validate main eth0",
            "validate other net1",
            "validate other net2",
            "add main eth0",
            "add other net1",
            "add other net2"),
        scene.acts);
  }

  @Test
  void add_thirdNetworkInvalid_touchesNothing() {
    scene.network("apps", "b", "{'type':'other','broken':'validate'}");
    scene.asksFor("a,b");

    var refused = scene.refusal();

    assertEquals(ErrorCode.PARENT_NOT_FOUND, refused.code());
    assertEquals(
        "attach network \"apps/b\" as \"net2\": validate: broken on purpose", refused.getMessage());
    assertEquals("mend it", refused.details());
    assertEquals(List.of(), scene.actsOf("add"));
    assertEquals(List.of(), scene.journal.all());
  }

  @Test
  void add_thirdNetworkFails_undoesAllNewestFirst() {
    scene.network("apps", "b", "{'type':'other','broken':'add'}");
    scene.asksFor("a,b");

    var refused = scene.refusal();

    assertEquals(ErrorCode.PARENT_NOT_FOUND, refused.code());
    assertEquals(
        List.of("undo other net2", "undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(List.of(), scene.journal.all());
    assertEquals(List.of(), scene.published());
    assertEquals(
        List.of("FailedAttachment"), scene.cluster.events.stream().map(Event::reason).toList());
    assertEquals(refused.getMessage(), scene.cluster.events.get(0).message());
  }

  @Test
  void add_succeeds_journalHasEveryFact() {
    scene.asksFor("[{'name':'a','cni-args':{'x':1}}]");

    scene.add();

    AttachmentRecord record = record("net1");
    assertEquals(RecordPhase.ATTACHED, record.phase());
    assertEquals("a", record.text("network").orElseThrow());
    assertEquals("apps/a", record.text("definition").orElseThrow());
    assertEquals("request-1", record.text("requestId").orElseThrow());
    assertEquals("boot:1", record.text("namespaceId").orElseThrow());
    assertEquals("/run/netns/pod", record.text("netns").orElseThrow());
    assertEquals(scene.cniArgs, record.text("args").orElseThrow());
    assertEquals(1, record.fact("order").orElseThrow().asInt());
    assertEquals("web-0", record.fact("pod").orElseThrow().path("name").asText());
    assertTrue(
        record.text("config").orElseThrow().contains("\"args\":{\"cni\":{\"x\":1}}"),
        record.text("config").orElseThrow());
    assertEquals(
        "10.2.0.5/24",
        record.fact("result").orElseThrow().path("ips").path(0).path("address").asText());
  }

  @Test
  void add_succeeds_publishesStatusAndEvents() {
    scene.asksFor("a");

    scene.add();

    assertEquals(List.of("kube-system/cluster", "apps/a"), scene.publishedNames());
    assertEquals(
        List.of(
            "Add eth0 [10.1.0.5/24] from kube-system/cluster",
            "Add net1 [10.2.0.5/24] from apps/a"),
        scene.cluster.events.stream().map(Event::message).toList());
    assertEquals("AddedInterface", scene.cluster.events.get(0).reason());
  }

  @Test
  void add_statusCannotBePublished_undoesAll() {
    scene.asksFor("a");
    scene.cluster.canBeTold = false;

    var refused = scene.refusal();

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refused.code());
    assertTrue(refused.getMessage().startsWith("publish network-status"), refused.getMessage());
    assertEquals(List.of("undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(List.of(), scene.journal.all());
  }

  @Test
  void add_undoFails_recordStaysForTheNextCall() {
    scene.network("apps", "b", "{'type':'other','broken':'add'}");
    scene.asksFor("b");
    scene.undoFails.add("net1");

    scene.refusal();
    assertEquals(RecordPhase.DELETING, record("net1").phase());
    assertEquals(ErrorCode.TRY_AGAIN_LATER, scene.refusal().code());

    scene.undoFails.clear();
    scene.network("apps", "b", "{'type':'other'}");
    scene.add();
    assertEquals(RecordPhase.ATTACHED, record("net1").phase());
  }

  @Test
  void add_twice_isRefusedAndLeavesTheFirst() {
    scene.add();

    var refused = scene.refusal();

    assertEquals(ErrorCode.ALREADY_ATTACHED, refused.code());
    assertEquals(RecordPhase.ATTACHED, record("eth0").phase());
    assertEquals(List.of(), scene.actsOf("undo"));
  }

  @Test
  void add_interfaceExistsInThePod_isRefusedBeforeAnyAct() {
    scene.asksFor("a@lan0");
    scene.podLinks.names.add("lan0");

    var refused = scene.refusal();

    assertEquals(ErrorCode.INTERFACE_EXISTS, refused.code());
    assertEquals(
        "attach network \"apps/a\" as \"lan0\": the container has an interface of that name",
        refused.getMessage());
    assertEquals(List.of(), scene.actsOf("add"));
  }

  @Test
  void add_deadlinePassed_undoesNothingSinceNothingWasDone() {
    scene.deadline = Deadline.in(Duration.ZERO);

    assertEquals(ErrorCode.TRY_AGAIN_LATER, scene.refusal().code());
    assertEquals(List.of(), scene.actsOf("add"));
    assertEquals(List.of(), scene.journal.all());
  }

  @Test
  void add_noNetns_isRefused() {
    var request = scene.request();
    var without =
        new PluginRequest(
            request.container(),
            request.interfaceName(),
            Optional.empty(),
            request.args(),
            request.config(),
            request.prevResult(),
            request.deadline(),
            request.searchPath());

    var refused = assertThrows(CniException.class, () -> scene.plugin.add(without));

    assertEquals(ErrorCode.BAD_ENVIRONMENT, refused.code());
  }

  @Test
  void add_readinessFileMissing_isToBeTriedAgain() {
    scene.set("readinessindicatorfile", "'/run/ready'");

    assertEquals(ErrorCode.TRY_AGAIN_LATER, scene.refusal().code());

    scene.file("run/ready", "");
    scene.add();
  }

  @Test
  void add_runtimeWithoutKubernetes_attachesTheDefaultNetwork() {
    scene.cniArgs = "";

    scene.add();

    assertEquals(List.of("add main eth0"), scene.actsOf("add"));
    assertEquals(List.of(), scene.published());
  }

  private AttachmentRecord record(String name) {
    return scene
        .journal
        .find(new AttachmentKey(Scene.CONTAINER, new InterfaceName(name)))
        .orElseThrow();
  }
}
