package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecorderPlugin;
import io.myriapod.fixtures.kubelet.FakeKubelet;
import io.myriapod.fixtures.kubelet.OfferedPool;
import io.myriapod.fixtures.kubelet.Pod;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which devices the networks of a pod get when the node has a kubelet. */
@InNamespaces(kinds = "bridge")
class KubeletDevicesIT {
  private static final String RESOURCE = "intel.com/vf";
  private static final String ANOTHERS = "0000:01:10.5";
  private static final String[] DEVICES = {
    "0000:01:10.0", "0000:01:10.1", "0000:01:10.2", "0000:01:10.3", ANOTHERS
  };

  private static Stage stage;
  private static RecorderPlugin recorder;
  private static FakeKubelet kubelet;
  private static OfferedPool pool;

  private TestPod pod;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    recorder = RecorderPlugin.install(stage.bin(), "recorder");
    recorder.answer("default", Answer.usual());
    kubelet = FakeKubelet.start(stage.at("var/lib/kubelet"));
    pool = OfferedPool.of(kubelet, RESOURCE, DEVICES);
    kubelet.allocateThese(Pod.of(Stage.NAMESPACE, "another"), "app", RESOURCE, ANOTHERS);
    String config = "{\"cniVersion\":\"1.0.0\",\"name\":\"%s\",\"type\":\"recorder\"%s}";
    stage.defineOf(RESOURCE, "vf", config.formatted("vf", ""));
    stage.define("plain", config.formatted("plain", ""));
    stage.define("pinned", config.formatted("pinned", ",\"deviceID\":\"" + ANOTHERS + "\""));
  }

  @AfterAll
  static void close() {
    pool.close();
    kubelet.close();
    stage.close();
  }

  @BeforeEach
  void untold() {
    recorder.forget();
  }

  @AfterEach
  void delete() {
    pod.delete();
    kubelet.release(known());
  }

  /** The kubelet's name for the pod. */
  private Pod known() {
    return new Pod(Stage.NAMESPACE, pod.name(), "uid-of-" + pod.name());
  }

  /** A pod whose first container has 10.2 and 10.3, and the second 10.0. */
  private void podWith(String networks) {
    pod = stage.podWith(networks.replace('\'', '"'));
    kubelet.allocateThese(known(), "side", RESOURCE, "0000:01:10.3", "0000:01:10.2");
    kubelet.allocateThese(known(), "app", RESOURCE, "0000:01:10.0");
  }

  private static List<String> devices() {
    return recorder.calls("ADD").stream()
        .map(call -> call.config().path("deviceID").asText("none"))
        .toList();
  }

  @Test
  void add_networksOfTheResource_getThePodsDevicesInTheirOrder() {
    podWith("vf,plain,vf,vf");

    pod.add();

    assertEquals(List.of("0000:01:10.2", "none", "0000:01:10.3", "0000:01:10.0"), devices());
  }

  @Test
  void add_placesAreChosen_networksGetThoseAndTheOthersTheRest() {
    podWith(
        "[{'name':'vf'},{'name':'vf','io.myriapod.deviceContainer':'app','io.myriapod.deviceIndex':0},"
            + "{'name':'vf','io.myriapod.deviceIndex':0}]");

    pod.add();

    assertEquals(List.of("0000:01:10.3", "0000:01:10.0", "0000:01:10.2"), devices());
  }

  @Test
  void add_kubeletIsAway_itsCheckpointIsReadAndTheSameDevicesAreThePods() {
    podWith("[{'name':'vf','io.myriapod.deviceContainer':'side','io.myriapod.deviceIndex':1}]");
    kubelet.stop();
    try {
      pod.add();
    } finally {
      pool.close();
      kubelet.start();
      pool = OfferedPool.of(kubelet, RESOURCE, DEVICES);
    }

    assertEquals(List.of("0000:01:10.3"), devices());
  }

  @Test
  void add_kubeletDoesNotAnswer_isToBeTriedAgainAndThenWorks() {
    podWith("vf");
    kubelet.silentForNext(1);

    stage.assertUntouched(
        pod,
        () -> assertRefused(pod.call().attempt("ADD"), 11, "ask the kubelet", "DEADLINE_EXCEEDED"));

    pod.add();
    assertEquals(List.of("0000:01:10.2"), devices());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vf,vf,vf,vf|want 4, and the kubelet gave the pod 2 in container \"side\", 1 in",
        "[{'name':'vf','io.myriapod.deviceIndex':3}]|device 3 of \"intel.com/vf\", counted from 0",
        "[{'name':'vf','io.myriapod.deviceContainer':'no'}]|of container \"no\" is left for it",
        "[{'name':'vf','deviceID':'0000:01:10.5'}]|names device \"0000:01:10.5\"",
        "[{'name':'plain','deviceID':'0000:01:10.1'}]|names device \"0000:01:10.1\"",
        "pinned|the kubelet has not given device \"0000:01:10.5\" of \"intel.com/vf\" to the pod",
      })
  void add_whatWasNotGranted_isRefusedBeforeAnythingIsMade(String networks, String finding) {
    podWith(networks);

    stage.assertUntouched(pod, () -> assertRefused(pod.call().attempt("ADD"), 116, finding));

    assertEquals(List.of(), devices());
  }

  @Test
  void add_podThatTheKubeletGaveNothing_isRefused() {
    pod = stage.podWith("vf");

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 116, "the kubelet gave the pod none"));
  }
}
