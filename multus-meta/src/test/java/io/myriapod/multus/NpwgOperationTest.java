package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sections 6 to 8 of the specification of the Network Plumbing Working Group, version 1.3: the
 * default network, and how operations go. {@link NpwgItems} lists the items.
 */
class NpwgOperationTest extends OnScene {
  @BeforeEach
  void open() {
    scene.executable("first");
    scene.executable("second");
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.network("apps", "b", "{'cniVersion':'1.1.0','type':'chained'}");
    scene.network("secret", "s", "{'cniVersion':'1.1.0','type':'other'}");
    scene.asksFor("a,b");
  }

  @Test
  void item30_everyPod_isAttachedToTheDefaultNetworkFirst() {
    scene.add();
    assertEquals("add main eth0", scene.actsOf("add").get(0));
    scene.delete();
    scene.acts.clear();

    scene.pod(Map.of());
    scene.add();
    assertEquals(List.of("add main eth0"), scene.actsOf("add"));
  }

  @Test
  void item30_unknownPod_isNoSuccess() {
    scene.cluster.pods.clear();

    assertEquals(ErrorCode.POD_NOT_FOUND, scene.refusal().code());
    assertEquals(List.of(), scene.acts);
  }

  /**
   * Nothing here writes the runtime's configuration; whether the node is ready is what STATUS says.
   */
  @Test
  void item31_defaultNetworkNotReady_nodeIsNotReady() {
    scene.set("readinessindicatorfile", "'/run/ready'");
    CniException early = assertThrows(CniException.class, scene::status);
    assertEquals(ErrorCode.UNAVAILABLE, early.code());

    scene.set("name", "'asked-anew'");
    scene.file("run/ready", "");
    scene.status();
    assertEquals(List.of("status main"), scene.acts);
  }

  /** DEL does not wait, other than by the letter: a node that is not ready can be drained. */
  @Test
  void item32_defaultNetworkNotReady_attachingWaits() {
    scene.add();
    scene.set("readinessindicatorfile", "'/run/ready'");
    scene.delete();
    assertEquals(List.of(), scene.journal.all());

    assertEquals(ErrorCode.TRY_AGAIN_LATER, scene.refusal().code());
    scene.file("run/ready", "");
    scene.add();
  }

  @Test
  void item33_chain_getsNameVersionAndPreviousResultByTheRulesOfCni() {
    scene.network(
        "apps",
        "a",
        "{'cniVersion':'1.0.0','name':'chain','plugins':[{'type':'first','capabilities':{'x':true}},"
            + "{'type':'second'}]}");
    scene.executableAnswers.put("first", "{'cniVersion':'1.0.0','dns':{'domain':'told'}}");
    scene.asksFor("a");

    scene.add();

    JsonNode first = stdin("exec ADD first net1 ");
    JsonNode second = stdin("exec ADD second net1 ");
    for (JsonNode each : List.of(first, second)) {
      assertEquals("1.0.0", each.get("cniVersion").asText());
      assertEquals("chain", each.get("name").asText());
      assertFalse(each.has("capabilities"));
    }
    assertFalse(first.has("prevResult"));
    assertEquals("told", second.get("prevResult").get("dns").get("domain").asText());
  }

  private JsonNode stdin(String start) {
    String act =
        scene.acts.stream().filter(each -> each.startsWith(start)).findFirst().orElseThrow();
    return Json.parse(act.substring(start.length()).getBytes(StandardCharsets.UTF_8), "stdin");
  }

  @Test
  void item34_attachmentFails_restIsNotAttempted() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other','broken':'add'}");

    assertEquals(ErrorCode.PARENT_NOT_FOUND, scene.refusal().code());

    assertEquals(List.of("add main eth0", "add other net1"), scene.actsOf("add"));
    assertEquals(List.of(), scene.published());
  }

  @Test
  void item35_detachmentFails_othersGoAndTheErrorIsDelivered() {
    scene.add();
    scene.undoFails.add("net2");

    CniException reported = assertThrows(CniException.class, scene::delete);

    assertTrue(reported.getMessage().contains("stuck on purpose"), reported.getMessage());
    assertEquals(
        List.of("undo chained net2", "undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(1, scene.journal.all().size(), "tried again until it is done");
  }

  /**
   * That calls of one container wait for each other is shown by ContainerLanesTest of the agent.
   */
  @Test
  void item36_networksOfAPod_areAttachedOneAfterTheOther() {
    scene.add();

    assertEquals(
        List.of("add main eth0", "add other net1", "add chained net2"), scene.actsOf("add"));
    assertEquals(
        List.of(0, 1, 2),
        scene.journal.all().stream()
            .map(record -> record.fact("order").orElseThrow().asInt())
            .sorted()
            .toList());
  }

  @Test
  void item37_networkThatThePodMayNotHave_failsThePod() {
    scene.set("namespaceIsolation", "true");
    scene.asksFor("a,secret/s");
    assertEquals(ErrorCode.NETWORK_FORBIDDEN, scene.refusal().code());

    scene.pod(Map.of("v1.multus-cni.io/default-network", "secret/s"));
    assertEquals(ErrorCode.NETWORK_FORBIDDEN, scene.refusal().code());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void item38_runtimeConfigOfTheRuntime_reachesTheDefaultNetworkOnly() {
    scene.set("runtimeConfig", "{'portMappings':[{'hostPort':80,'containerPort':8080}]}");
    String able = "'capabilities':{'portMappings':true}}";
    scene.network(
        "kube-system", "cluster", "{'cniVersion':'1.1.0','name':'c','type':'main'," + able);
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'," + able);

    scene.add();

    assertTrue(scene.plugins.get("main").lastRuntimeConfig("portMappings").isPresent());
    assertEquals(Optional.empty(), scene.plugins.get("other").lastRuntimeConfig("portMappings"));
  }

  /**
   * The claims themselves are their controller's and the plugin's: outside of this product. The
   * reference is taken and no finding, and the plugin is told of the pod that has it.
   */
  @Test
  void item39_ipamClaim_isOutsideAndItsReferencePassesOn() {
    scene.set("strict", "true");
    scene.network("apps", "a", "{'cniVersion':'1.0.0','type':'first'}");
    scene.asksFor("[{'name':'a','ipam-claim-reference':'vm.claim-1'}]");

    scene.add();

    assertEquals(1, scene.actsOf("exec").size());
    AttachmentKey second = new AttachmentKey(Scene.CONTAINER, new InterfaceName("net1"));
    var ran = RanForeign.from(scene.journal.find(second).orElseThrow().inverses().get(0));
    assertTrue(
        ran.environment().get("CNI_ARGS").contains("K8S_POD_NAME=web-0"),
        ran.environment().toString());
  }
}
