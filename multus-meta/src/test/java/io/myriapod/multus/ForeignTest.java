package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.inverse.RanForeign;
import io.myriapod.types.InterfaceName;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Executables as delegates: journaled before they run, undone with the same bytes. */
class ForeignTest extends OnScene {
  private static final String CONFIG =
      "{\"zeta\":1.50,\"type\":\"calico\",\"Alpha\":{\"b\":[1e3,true]},\"name\":\"far\",\"cniVersion\":\"1.0.0\"}";

  @BeforeEach
  void open() {
    scene.executable("calico");
    scene.network("apps", "far", CONFIG);
    scene.asksFor("far");
  }

  @Test
  void add_executable_getsTheConfigWithNameAndVersion() {
    scene.add();

    assertEquals(1, scene.actsOf("exec").size());
    String exec = scene.actsOf("exec").get(0);
    assertTrue(exec.startsWith("exec ADD calico net1 {"), exec);
    assertTrue(exec.contains("\"zeta\":1.50"), exec);
    assertTrue(exec.contains("\"Alpha\":{\"b\":[1e3,true]}") || exec.contains("1E+3"), exec);
  }

  @Test
  void add_executable_isRecordedBeforeItRuns() {
    scene.add();

    var record =
        scene
            .journal
            .find(new AttachmentKey(Scene.CONTAINER, new InterfaceName("net1")))
            .orElseThrow();
    RanForeign ran = RanForeign.from(record.inverses().get(0));
    assertEquals("calico", ran.type());
    assertEquals("net1", ran.environment().get("CNI_IFNAME"));
    assertEquals(scene.cniArgs, ran.environment().get("CNI_ARGS"));
    assertEquals("/run/netns/pod", ran.environment().get("CNI_NETNS"));
    assertEquals(List.of(root.resolve("bin").toString()), ran.searchPath());
    assertTrue(scene.actsOf("exec").get(0).endsWith(ran.configJson()), ran.configJson());
  }

  @Test
  void delete_definitionChangedMeanwhile_usesTheBytesOfTheAdd() {
    scene.add();
    String stdin = scene.actsOf("exec").get(0).substring("exec ADD calico net1 ".length());
    scene.network("apps", "far", "{'cniVersion':'1.0.0','type':'calico','zeta':99}");

    scene.delete();

    assertEquals(List.of("DEL net1 " + stdin), scene.actsOf("DEL"));
  }

  @Test
  void add_executableFails_keepsItsCodeAndUndoesIt() {
    scene.executableAnswers.put(
        "calico", "{'cniVersion':'1.0.0','code':123,'msg':'no tunnel','details':'dig one'}");

    var refused = scene.refusal();

    assertEquals(123, refused.code());
    assertEquals(
        "attach network \"apps/far\" as \"net1\": ADD by plugin \"calico\": no tunnel",
        refused.getMessage());
    assertEquals("dig one", refused.details());
    assertEquals(1, scene.actsOf("DEL").size());
    assertEquals(List.of("undo main eth0"), scene.actsOf("undo"));
  }

  @Test
  void add_executableMissing_isFoundAtValidation() {
    scene.network("apps", "far", "{'cniVersion':'1.0.0','type':'absent'}");

    scene.refusal();

    assertEquals(List.of("validate main eth0"), scene.acts);
  }

  @Test
  void add_chainBehindBuiltin_recordsTheExecutableOnly() {
    scene.executable("portmap");
    scene.network(
        "apps",
        "far",
        "{'cniVersion':'1.0.0','plugins':[{'type':'other'},{'type':'portmap','x':1}]}");

    scene.add();
    scene.delete();

    assertEquals(1, scene.actsOf("DEL").size());
    assertTrue(
        scene.acts.indexOf(scene.actsOf("DEL").get(0)) < scene.acts.indexOf("undo other net1"));
    assertTrue(scene.actsOf("exec").get(0).contains("\"prevResult\""));
    assertTrue(!scene.actsOf("DEL").get(0).contains("\"prevResult\""));
  }

  @Test
  void add_delegateOfOurOwnType_isRefused() {
    scene.network("apps", "far", "{'cniVersion':'1.0.0','type':'multus'}");

    var refused = scene.refusal();

    assertEquals(ErrorCode.INVALID_CONFIG, refused.code());
    assertTrue(refused.getMessage().contains("would call itself"), refused.getMessage());
  }
}
