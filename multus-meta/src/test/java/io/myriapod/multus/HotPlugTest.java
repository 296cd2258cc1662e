package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.RecordPhase;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.Pod;
import io.myriapod.kubernetes.status.NetworkStatus;
import io.myriapod.multus.attach.HotPlug;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A running pod follows its annotation. */
class HotPlugTest extends OnScene {
  private HotPlug hotPlug;

  @BeforeEach
  void define() {
    hotPlug = new HotPlug(scene.ports);
    for (String name : List.of("a", "b", "c")) {
      scene.network("apps", name, "{'cniVersion':'1.0.0','type':'other','ips':['10.2.0.7/24']}");
    }
  }

  private boolean follow() {
    scene.acts.clear();
    return hotPlug.follow(Scene.CONTAINER, Scene.ETH0, scene.deadline);
  }

  private CniException refusal() {
    return assertThrows(CniException.class, this::follow);
  }

  private void addPodThatAsksFor(String networks) {
    scene.asksFor(networks);
    scene.add();
  }

  private List<String> attached() {
    return scene.journal.all().stream()
        .filter(record -> record.phase() == RecordPhase.ATTACHED)
        .map(record -> record.key().interfaceName().value())
        .toList();
  }

  private List<String> changes() {
    return scene.acts.stream().filter(act -> !act.startsWith("validate")).toList();
  }

  private List<String> status() {
    return scene.published().stream()
        .map(one -> one.name() + "@" + one.interfaceName().orElse(""))
        .toList();
  }

  @Test
  void follow_nothingChanged_touchesNothing() {
    addPodThatAsksFor("a,b@data0,a");
    scene.cluster.networks.clear();
    scene.cluster.statuses.clear();

    assertFalse(follow());

    assertEquals(List.of(), scene.acts);
    assertEquals(List.of(), scene.published());
  }

  @Test
  void follow_networkMore_attachesItUnderTheLowestFreeName() {
    addPodThatAsksFor("a,b");
    List<NetworkStatus> before = scene.published();
    scene.podLinks.names.add("net3");
    scene.asksFor("c@net5,b,a,c");

    assertTrue(follow());

    assertEquals(List.of("add other net5", "add other net4"), changes());
    assertEquals(before, scene.published().subList(0, 3));
    assertEquals(
        List.of(
            "kube-system/cluster@eth0", "apps/a@net1", "apps/b@net2", "apps/c@net5", "apps/c@net4"),
        status());
    assertFalse(follow());
  }

  @Test
  void follow_networkLess_detachesItAndKeepsTheNamesOfOthers() {
    addPodThatAsksFor("a,b,c");
    scene.asksFor("a,c");

    assertTrue(follow());

    assertEquals(List.of("undo other net2"), changes());
    assertEquals(List.of("kube-system/cluster@eth0", "apps/a@net1", "apps/c@net3"), status());
    scene.asksFor("a,c,b");
    follow();
    assertEquals(List.of("add other net2"), changes());
  }

  /** As after a restart, from a server that lags behind. */
  @Test
  void follow_listIsOlderThanThePod_detachesNothing() {
    scene.asksFor("a");
    scene.cluster.cached.putAll(scene.cluster.pods);
    scene.asksFor("a,b");
    Map<String, Pod> old = Map.copyOf(scene.cluster.cached);
    scene.cluster.cached.clear();
    scene.add();
    scene.cluster.cached.putAll(old);

    assertFalse(follow());

    assertEquals(List.of(), changes());
    assertEquals(List.of("eth0", "net1", "net2"), attached());
  }

  @Test
  void follow_keysInAnotherOrder_touchesNothing() {
    addPodThatAsksFor("[{'name':'a','cni-args':{'b':{'y':1,'x':2},'a':2}}]");
    scene.asksFor("[{'cni-args':{'a':2,'b':{'x':2,'y':1}},'name':'a'}]");

    assertFalse(follow());

    assertEquals(List.of(), changes());
  }

  @Test
  void follow_annotationGone_keepsTheDefaultNetworks() {
    scene.network("kube-system", "everywhere", "{'cniVersion':'1.0.0','type':'chained'}");
    scene.set("defaultNetworks", "['everywhere']");
    addPodThatAsksFor("a");
    scene.pod(Map.of());
    scene.network("kube-system", "everywhere", "{'cniVersion':'1.0.0','type':'other'}");

    follow();

    assertEquals(List.of("undo other net2"), changes());
    assertEquals(List.of("eth0", "net1"), attached());
  }

  @Test
  void follow_optionsOfAStandingNetworkChanged_replacesItUnderItsName() {
    scene.network("apps", "a", "{'cniVersion':'1.0.0','type':'other','capabilities':{'mac':true}}");
    addPodThatAsksFor("[{'name':'a','interface':'data0'},{'name':'a'}]");
    scene.asksFor("[{'name':'a','interface':'data0','mac':'02:00:00:00:00:77'},{'name':'a'}]");

    follow();

    assertEquals(List.of("undo other data0", "add other data0"), changes());
    assertEquals(List.of("eth0", "net2", "data0"), attached());
  }

  @Test
  void follow_oneOfTwoAlikeGoes_theOneWithoutNameStays() {
    addPodThatAsksFor("a@data0,a");
    scene.asksFor("a");

    follow();

    assertEquals(List.of("undo other data0"), changes());
  }

  @Test
  void follow_secondOfTwoCannotBeValidated_changesNothing() {
    addPodThatAsksFor("a");
    scene.network("apps", "c", "{'cniVersion':'1.0.0','type':'other','broken':'validate'}");
    scene.asksFor("a,b,c");

    CniException refused = refusal();

    assertEquals(List.of(), changes());
    assertTrue(refused.getMessage().contains("network \"apps/c\" as \"net3\""), refused.toString());
    assertEquals(List.of("eth0", "net1"), attached());
  }

  @Test
  void follow_secondOfTwoFails_undoesBothAndTriesAnew() {
    addPodThatAsksFor("a");
    scene.network("apps", "c", "{'cniVersion':'1.0.0','type':'other','broken':'add'}");
    scene.asksFor("a,b,c");

    refusal();

    assertEquals(
        List.of("add other net2", "add other net3", "undo other net3", "undo other net2"),
        changes());
    assertEquals(List.of("kube-system/cluster@eth0", "apps/a@net1"), status());
    scene.network("apps", "c", "{'cniVersion':'1.0.0','type':'other'}");
    follow();
    assertEquals(List.of("eth0", "net1", "net2", "net3"), attached());
  }

  @Test
  void follow_detachFails_isToBeTriedAgainAndItsRecordIsAlone() {
    addPodThatAsksFor("a,b");
    scene.undoFails.add("net2");
    scene.asksFor("a");

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refusal().code());

    assertEquals(List.of("kube-system/cluster@eth0", "apps/a@net1"), status());
    AttachmentRecord left =
        scene.journal.all().stream()
            .filter(record -> record.phase() == RecordPhase.DELETING)
            .findFirst()
            .orElseThrow();
    assertEquals("net2", left.key().interfaceName().value());
  }

  @Test
  void follow_statusCannotBeWritten_isWrittenAtTheNextAttempt() {
    addPodThatAsksFor("a");
    scene.cluster.canBeTold = false;
    scene.asksFor("a,b");

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refusal().code());
    assertEquals(List.of("eth0", "net1", "net2"), attached());
    scene.cluster.canBeTold = true;
    assertTrue(follow());

    assertEquals(List.of(), changes());
    assertEquals(List.of("kube-system/cluster@eth0", "apps/a@net1", "apps/b@net2"), status());
    assertFalse(follow());
  }

  @Test
  void follow_podOfAnotherUidOrNone_isLeftAlone() {
    addPodThatAsksFor("a");
    scene.cluster.pods.clear();

    assertEquals(ErrorCode.POD_NOT_FOUND, refusal().code());

    assertEquals(List.of("eth0", "net1"), attached());
  }

  @Test
  void follow_anotherNamespace_isLeftAlone() {
    addPodThatAsksFor("a");
    scene.asksFor("b");
    scene.podLinks.id = "boot:2";

    assertEquals(ErrorCode.INVALID_NETNS, refusal().code());

    assertEquals(List.of("eth0", "net1"), attached());
  }

  @Test
  void follow_networkOfAnotherNamespace_isForbiddenAsAtAdd() {
    scene.set("namespaceIsolation", "true");
    scene.network("theirs", "x", "{'cniVersion':'1.0.0','type':'other'}");
    addPodThatAsksFor("a");
    scene.asksFor("theirs/x");

    assertEquals(ErrorCode.NETWORK_FORBIDDEN, refusal().code());

    assertEquals(List.of("eth0", "net1"), attached());
  }

  @Test
  void follow_defaultRoute_isNotMovedWhileThePodRuns() {
    addPodThatAsksFor("[{'name':'a','default-route':['10.2.0.1']}]");
    scene.asksFor("[{'name':'b','default-route':['10.2.0.1']}]");
    assertEquals(ErrorCode.UNSUPPORTED_FIELD, refusal().code());

    scene.asksFor("b");
    assertEquals(ErrorCode.UNSUPPORTED_FIELD, refusal().code());

    assertEquals(List.of("eth0", "net1"), attached());
  }

  @Test
  void follow_deviceOfThePodChangesItsNetwork_goesToTheNewOne() {
    Set<String> pool = Set.of("0000:03:00.1", "0000:03:00.2");
    scene.kubeletGaveThePod("intel.com/vf", pool, "0000:03:00.1", "0000:03:00.2");
    scene.network("apps", "a", "{'cniVersion':'1.0.0','type':'other'}", "intel.com/vf");
    scene.network("apps", "b", "{'cniVersion':'1.0.0','type':'other'}", "intel.com/vf");
    addPodThatAsksFor("a,a");
    scene.asksFor("a,b");

    follow();

    assertEquals(
        "0000:03:00.2",
        scene.plugins.get("other").requests.get(2).config().json().path("deviceID").asText());
    scene.asksFor("a,b,b");
    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, refusal().code());
  }

  @Test
  void follow_change_isToldByEvents() {
    addPodThatAsksFor("a");
    scene.cluster.events.clear();
    scene.asksFor("b@data0");

    follow();

    assertEquals(
        List.of(
            "RemovedInterface Remove net1 from apps/a",
            "AddedInterface Add data0 [10.2.0.7/24] from apps/b"),
        scene.cluster.events.stream().map(HotPlugTest::shown).toList());
  }

  private static String shown(Event event) {
    return event.reason() + " " + event.message();
  }

  @Test
  void delete_podWithPluggedNetworks_undoesThemToo() {
    addPodThatAsksFor("a");
    scene.asksFor("a,b");
    follow();
    scene.acts.clear();

    scene.check();
    scene.delete();

    assertEquals(
        List.of(
            "check main eth0",
            "check other net1",
            "check other net2",
            "undo other net2",
            "undo other net1",
            "undo main eth0"),
        scene.acts);
    assertEquals(List.of(), scene.journal.all());
    assertFalse(follow());
  }
}
