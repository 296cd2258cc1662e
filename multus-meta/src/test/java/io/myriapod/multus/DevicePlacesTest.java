package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices by container and index, of a pod with two containers that have some. */
class DevicePlacesTest extends OnScene {
  private static final String RESOURCE = "intel.com/vf";
  private static final String OTHER_RESOURCE = "intel.com/gpu";

  @BeforeEach
  void open() {
    scene.network("apps", "vf", "{'cniVersion':'1.1.0','type':'other'}", RESOURCE);
    scene.network("apps", "gpu", "{'cniVersion':'1.1.0','type':'other'}", OTHER_RESOURCE);
    scene.network("apps", "plain", "{'cniVersion':'1.1.0','type':'other'}");
    grants(
        Share.of("web", RESOURCE, List.of("w1", "w0")),
        Share.of("side", RESOURCE, List.of("a2", "a0", "a1")),
        Share.of("side", OTHER_RESOURCE, List.of("g0")));
  }

  private void grants(Share... shares) {
    scene.grants =
        Optional.of(
            new DeviceGrants(
                List.of(shares),
                Map.of(RESOURCE, DeviceGrants.ids(Set.of("w0", "w1", "a0", "a1", "a2", "free")))));
  }

  /** The devices that the pod's networks get, in their order. */
  private List<String> devices() {
    scene.add();
    return scene.plugins.get("other").requests.stream()
        .map(request -> request.config().root().string("deviceID").orElse("none"))
        .toList();
  }

  private CniException refusal(int code) {
    CniException refusal = scene.refusal();
    assertEquals(code, refusal.code(), refusal.getMessage());
    assertEquals(List.of(), scene.acts);
    return refusal;
  }

  @Test
  void add_nothingChosen_devicesGoInTheOrderOfTheContainersAndOfTheirIds() {
    scene.asksFor("vf,vf,gpu,vf");

    assertEquals(List.of("w0", "w1", "g0", "a0"), devices());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'io.myriapod.deviceIndex':0|w0",
        "'io.myriapod.deviceIndex':1|w1",
        "'io.myriapod.deviceIndex':2|a0",
        "'io.myriapod.deviceIndex':4|a2",
        "'io.myriapod.deviceContainer':'side','io.myriapod.deviceIndex':0|a0",
        "'io.myriapod.deviceContainer':'side','io.myriapod.deviceIndex':2|a2",
        "'io.myriapod.deviceContainer':'web','io.myriapod.deviceIndex':1|w1",
        "'io.myriapod.deviceContainer':'side'|a0",
      })
  void add_placeIsChosen_networkGetsTheDeviceThere(String place, String device) {
    scene.asksFor("[{'name':'vf'," + place + "}]");

    assertEquals(List.of(device), devices());
  }

  @Test
  void add_someAreChosen_theyGoFirstAndTheOthersGetTheNextFreeOnes() {
    scene.asksFor(
        "[{'name':'vf'},"
            + "{'name':'vf','io.myriapod.deviceContainer':'web'},"
            + "{'name':'vf','io.myriapod.deviceIndex':0},"
            + "{'name':'vf'},"
            + "{'name':'vf','deviceID':'a0'}]");

    assertEquals(List.of("a1", "w1", "w0", "a2", "a0"), devices());
  }

  @Test
  void add_compatMultus_placesAreChosenAsWell() {
    scene.set("compat", "'multus'");
    scene.asksFor(
        "[{'name':'vf'},{'name':'vf','io.myriapod.deviceContainer':'web','io.myriapod.deviceIndex':0}]");

    assertEquals(List.of("w1", "w0"), devices());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'io.myriapod.deviceIndex':5|device 5 of \"intel.com/vf\", counted from 0",
        "'io.myriapod.deviceContainer':'web','io.myriapod.deviceIndex':2"
            + "|device 2 of \"intel.com/vf\" of container \"web\", counted from 0",
        "'io.myriapod.deviceContainer':'idle','io.myriapod.deviceIndex':0"
            + "|device 0 of \"intel.com/vf\" of container \"idle\", counted from 0",
      })
  void add_nothingAtThatPlace_saysWhatWasWantedAndWhatThereIs(String place, String wanted) {
    scene.asksFor("[{'name':'vf'," + place + "}]");

    assertEquals(
        "network \"apps/vf\": the annotation wants "
            + wanted
            + ", and the kubelet gave the pod 2 in container \"web\", 3 in container \"side\"",
        refusal(ErrorCode.DEVICE_NOT_GRANTED).getMessage());
  }

  @Test
  void add_containerHasNoDeviceLeft_saysHowManyItsNetworksWant() {
    scene.asksFor(
        "[{'name':'vf','io.myriapod.deviceContainer':'web'},{'name':'vf','io.myriapod.deviceContainer':'web'},"
            + "{'name':'vf','io.myriapod.deviceContainer':'web'},{'name':'vf','io.myriapod.deviceContainer':'web'}]");

    assertEquals(
        "network \"apps/vf\": no device of \"intel.com/vf\" of container \"web\" is left for it: the"
            + " pod's networks want 4, and the kubelet gave the pod 2 in container \"web\", 3 in"
            + " container \"side\"",
        refusal(ErrorCode.DEVICE_NOT_GRANTED).getMessage());
  }

  @Test
  void add_deviceIsUsedByANetworkOfNoResource_isCountedAmongThoseWanted() {
    grants(Share.of("web", RESOURCE, List.of("w0")));
    scene.asksFor("[{'name':'plain','deviceID':'w0'},{'name':'vf'}]");

    assertEquals(
        "network \"apps/vf\": no device of \"intel.com/vf\" is left for it: the pod's networks want 2,"
            + " and the kubelet gave the pod 1 in container \"web\"",
        refusal(ErrorCode.DEVICE_NOT_GRANTED).getMessage());
  }

  @Test
  void add_podHasNoneOfAPool_saysNone() {
    grants();
    scene.asksFor("vf");

    assertEquals(
        "network \"apps/vf\": no device of \"intel.com/vf\" is left for it: the pod's networks want 1,"
            + " and the kubelet gave the pod none",
        refusal(ErrorCode.DEVICE_NOT_GRANTED).getMessage());
  }

  @Test
  void add_noPoolHasThatName_saysSo() {
    grants(Share.of("web", RESOURCE, List.of("w0")));
    scene.asksFor("gpu");

    assertEquals(
        "network \"apps/gpu\": no device of \"intel.com/gpu\" is left for it: the pod's networks want"
            + " 1, and the kubelet gave the pod none: no pool of this node has that name",
        refusal(ErrorCode.DEVICE_NOT_GRANTED).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"'io.myriapod.deviceIndex':0", "'io.myriapod.deviceContainer':'web'"})
  void add_placeForANetworkWithoutResource_isRefused(String place) {
    scene.asksFor("[{'name':'plain'," + place + "}]");

    assertEquals(
        "network \"apps/plain\": the annotation sets \"io.myriapod.deviceIndex\" or \"io.myriapod.deviceContainer\", and the"
            + " definition has no k8s.v1.cni.cncf.io/resourceName",
        refusal(ErrorCode.INVALID_CONFIG).getMessage());
  }

  @Test
  void add_placeAndName_isRefused() {
    scene.asksFor("[{'name':'vf','deviceID':'w0','io.myriapod.deviceIndex':0}]");

    assertTrue(
        refusal(ErrorCode.INVALID_CONFIG)
            .getMessage()
            .endsWith(
                "element 1: \"deviceID\" stands beside \"io.myriapod.deviceIndex\": the device is named by one or"
                    + " the other"));
  }

  @Test
  void add_twoNetworksChooseTheSameDevice_isRefused() {
    scene.asksFor(
        "[{'name':'vf','io.myriapod.deviceIndex':2},{'name':'vf','io.myriapod.deviceContainer':'side','io.myriapod.deviceIndex':0}]");

    assertEquals(
        "attach network \"apps/vf\" as \"net2\": device \"a0\" is wanted by network \"apps/vf\" as"
            + " \"net1\" as well",
        refusal(ErrorCode.INVALID_CONFIG).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"'io.myriapod.deviceIndex':0", "'io.myriapod.deviceContainer':'web'"})
  void add_noKubelet_placeIsRefusedThoughTheConfigNamesADevice(String place) {
    scene.grants = Optional.empty();
    scene.network("apps", "vf", "{'cniVersion':'1.1.0','type':'other','deviceID':'w0'}", RESOURCE);
    scene.asksFor("[{'name':'vf'," + place + "}]");

    assertTrue(
        refusal(ErrorCode.DEVICE_NOT_GRANTED)
            .getMessage()
            .endsWith("this node has no kubelet that gives devices to pods"));
  }

  @Test
  void add_placeForPluginsThatTakeNoDevice_isRefused() {
    scene.network(
        "apps", "vf", "{'cniVersion':'1.1.0','type':'other','takes':'nothing'}", RESOURCE);
    scene.asksFor("[{'name':'vf','io.myriapod.deviceIndex':0}]");

    assertTrue(
        refusal(ErrorCode.INVALID_CONFIG).getMessage().endsWith("no plugin of it takes one"));
  }
}
