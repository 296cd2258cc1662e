package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether the cluster's pod is the runtime's: by {@code K8S_POD_UID}, which for a static pod is
 * another than its mirror's. docs/migration.md.
 */
class StaticPodTest extends OnScene {
  /** The kubelet's for a static pod: a hash of its manifest. */
  private static final String HASH = "ad00e6de3d7e5b0b2c6a3d4c9b3f7e11";

  @BeforeEach
  void open() {
    scene.network("apps", "a", "{'cniVersion':'1.1.0','type':'other'}");
    scene.cniArgs = scene.cniArgs.replace("K8S_POD_UID=u1", "K8S_POD_UID=" + HASH);
  }

  /** The mirror that the kubelet has made in the cluster, with a uid of the cluster's own. */
  private void mirror(Optional<String> uid, String source) {
    Map<String, String> annotations = new HashMap<>();
    annotations.put("k8s.v1.cni.cncf.io/networks", "a");
    annotations.put("kubernetes.io/config.source", source);
    annotations.put("kubernetes.io/config.mirror", HASH);
    scene.cluster.pods.put("apps/web-0", new Pod("apps", "web-0", uid, annotations));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "http"})
  void add_staticPod_isItsMirrorWhateverTheUid(String source) {
    mirror(Optional.of("u1"), source);

    scene.add();

    assertEquals(List.of("add main eth0", "add other net1"), scene.actsOf("add"));
    assertEquals(2, scene.published().size());
  }

  @Test
  void add_podOfTheApi_mustHaveTheUid() {
    mirror(Optional.of("u1"), "api");
    var refused = scene.refusal();
    assertEquals(ErrorCode.POD_NOT_FOUND, refused.code());
    assertTrue(refused.getMessage().contains("its uid is u1"), refused.getMessage());
    assertEquals(List.of(), scene.acts);

    mirror(Optional.of(HASH), "api");
    scene.add();
  }

  @Test
  void add_mirrorNotThereYet_isRefused() {
    scene.cluster.pods.clear();

    assertEquals(ErrorCode.POD_NOT_FOUND, scene.refusal().code());
    assertEquals(List.of(), scene.acts);
  }

  @ParameterizedTest
  @ValueSource(strings = {";K8S_POD_UID=" + HASH, "=" + HASH})
  void add_runtimeGivesNoUid_isBelieved(String left) {
    scene.cniArgs = scene.cniArgs.replace(left, left.startsWith("=") ? "=" : "");
    mirror(Optional.of("u1"), "api");

    scene.add();

    assertEquals(2, scene.published().size());
  }

  @Test
  void add_manifestWithoutUid_isThePodOfThatName() {
    mirror(Optional.empty(), "api");

    scene.add();

    assertEquals(2, scene.published().size());
  }

  /** As after an edit of the manifest: the old sandbox goes by what the journal says of it. */
  @Test
  void delete_mirrorGoneOrOfAnotherUid_asksForNoPod() {
    mirror(Optional.of("u1"), "file");
    scene.add();
    mirror(Optional.of("u2"), "api");
    scene.check();
    scene.cluster.pods.clear();
    scene.cluster.canBeAsked = false;
    scene.cniArgs = scene.cniArgs.replace(";K8S_POD_UID=" + HASH, "");

    scene.delete();

    assertEquals(List.of("undo other net1", "undo main eth0"), scene.actsOf("undo"));
    assertEquals(List.of(), scene.journal.all());
  }
}
