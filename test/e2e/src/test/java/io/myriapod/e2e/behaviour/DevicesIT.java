package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Answer;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.RecordedCall;
import io.myriapod.fixtures.RecorderPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices of networks: handed to every plugin, to one pod at a time, and told in the status. */
@InNamespaces(kinds = "bridge")
class DevicesIT {
  private static final String RESOURCE = "intel.com/vf";
  private static final String DEVICE = "0000:01:10.0";
  private static final String INFO =
      "{\"type\":\"pci\",\"version\":\"1.1.0\",\"pci\":{\"pci-address\":\"0000:01:10.0\","
          + "\"rdma-device\":\"mlx5_2\"}}";

  private static Stage stage;
  private static RecorderPlugin recorder;

  @BeforeAll
  static void open() throws IOException {
    stage = Stage.open();
    recorder = RecorderPlugin.install(stage.bin(), "recorder");
    recorder.answer("default", Answer.usual());
    stage.defineOf(
        RESOURCE,
        "fast",
        """
        {"cniVersion":"1.0.0","name":"fast","plugins":[
         {"type":"recorder","place":1},
         {"type":"recorder","place":2,"capabilities":{"deviceID":true,"CNIDeviceInfoFile":true}}]}
        """);
    Files.createDirectories(infoFolder("dp"));
    Files.writeString(infoFolder("dp").resolve("intel.com-vf-" + DEVICE + "-device.json"), INFO);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void untold() {
    recorder.forget();
  }

  private static Path infoFolder(String name) {
    return stage.at("var/run/k8s.cni.cncf.io/devinfo").resolve(name);
  }

  private static TestPod podWithTheDevice() {
    return stage.podWith("[{\"name\":\"fast\",\"deviceID\":\"" + DEVICE + "\"}]");
  }

  @Test
  void add_deviceOfTheAnnotation_reachesEveryPluginUnchangedUntilDel() {
    TestPod pod = podWithTheDevice();

    pod.add();
    pod.delete();

    for (String verb : List.of("ADD", "DEL")) {
      List<RecordedCall> calls = recorder.calls(verb);
      assertEquals(2, calls.size());
      for (RecordedCall call : calls) {
        assertEquals(DEVICE, call.config().path("deviceID").asText(), verb);
        assertEquals(DEVICE, call.config().path("pciBusID").asText(), verb);
      }
    }
  }

  @Test
  void add_deviceInformation_isForPluginsAndStatusAndGoesWithThePod() throws IOException {
    TestPod pod = podWithTheDevice();

    pod.add();

    JsonNode told = recorder.calls("ADD").get(1).config().path("runtimeConfig");
    assertEquals(DEVICE, told.path("deviceID").asText());
    Path file = Path.of(told.path("CNIDeviceInfoFile").asText());
    assertEquals(infoFolder("cni"), file.getParent());
    assertEquals(INFO, Files.readString(file));
    assertEquals(INFO, pod.status().path(1).path("device-info").toString());
    assertFalse(pod.status().path(0).has("device-info"), "the default network has no device");

    pod.delete();

    assertFalse(Files.exists(file));
  }

  @Test
  void add_anotherPodHasTheDevice_isToBeTriedAgainAndWorksOnceThatPodIsGone() {
    TestPod first = podWithTheDevice();
    TestPod second = podWithTheDevice();
    first.add();

    stage.assertUndone(
        second, () -> assertRefused(second.call().attempt("ADD"), 11, "has it, as \"net1\""));

    first.delete();
    second.add();
    second.delete();
  }

  @Test
  void add_twoNetworksOfOnePodNameTheDevice_isRefusedBeforeAnythingIsMade() {
    TestPod pod =
        stage.podWith(
            "[{\"name\":\"fast\",\"deviceID\":\"%s\"},{\"name\":\"fast\",\"deviceID\":\"%s\"}]"
                .formatted(DEVICE, DEVICE));

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 7, "is wanted by network"));
    assertEquals(List.of(), recorder.calls("ADD"));
  }

  @Test
  void add_definitionHasAResourceAndNobodyNamesADevice_isRefused() {
    TestPod pod = stage.podWith("fast");

    stage.assertUntouched(
        pod, () -> assertRefused(pod.call().attempt("ADD"), 116, "this node has no kubelet"));
  }
}
