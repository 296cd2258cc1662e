package io.myriapod.multus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which device a network of a pod gets, and whether it may. */
class DevicesTest extends OnScene {
  private static final String RESOURCE = "intel.com/vf";
  private static final String ONE = "0000:01:10.0";
  private static final String TWO = "0000:01:10.2";
  private static final String OTHERS = "0000:01:10.4";
  private static final String OUTSIDE = "0000:02:10.0";

  @BeforeEach
  void open() {
    scene.network("apps", "south", "{'cniVersion':'1.1.0','type':'other'}", RESOURCE);
    scene.network("apps", "north", "{'cniVersion':'1.1.0','type':'other'}", RESOURCE);
    scene.network("apps", "plain", "{'cniVersion':'1.1.0','type':'other'}");
  }

  private void kubeletGaveThePod(String... devices) {
    scene.kubeletGaveThePod(RESOURCE, Set.of(ONE, TWO, OTHERS), devices);
  }

  private List<PluginRequest> requestsOf(String type) {
    return scene.plugins.get(type).requests;
  }

  private List<String> devicesOf(String type) {
    return requestsOf(type).stream()
        .map(request -> request.config().root().string("deviceID").orElse("none"))
        .toList();
  }

  @Test
  void add_definitionsOfOneResource_eachGetsADeviceOfThePod() {
    kubeletGaveThePod(TWO, ONE);
    scene.asksFor("south,plain,north");

    scene.add();

    assertEquals(List.of(ONE, "none", TWO), devicesOf("other"));
    assertEquals(
        List.of(ONE, "none", TWO),
        requestsOf("other").stream()
            .map(request -> request.config().root().string("pciBusID").orElse("none"))
            .toList());
  }

  private AttachmentRecord recordOfDefaultNetwork() {
    return scene.journal.find(new AttachmentKey(Scene.CONTAINER, Scene.ETH0)).orElseThrow();
  }

  /** A program in a container may be all that wants a device. */
  @Test
  void add_noNetworkTakesADevice_itIsThePodsAllTheSame() {
    kubeletGaveThePod(TWO, ONE);
    scene.mayBeLent = true;
    scene.asksFor("plain");

    scene.add();

    assertTrue(recordOfDefaultNetwork().hasBeenLent(new PciAddress(ONE)));
    assertTrue(recordOfDefaultNetwork().hasBeenLent(new PciAddress(TWO)));
    assertFalse(recordOfDefaultNetwork().hasBeenLent(new PciAddress(OTHERS)));
  }

  @Test
  void add_nothingOnTheNodeIsLent_theKubeletIsNotAsked() {
    kubeletGaveThePod(ONE);
    scene.asksFor("plain");

    scene.add();

    assertEquals(Optional.empty(), recordOfDefaultNetwork().fact(AttachmentRecord.LENT));
  }

  @Test
  void add_chain_everyPluginHasTheDeviceWhateverTheConfigSaid() {
    scene.network(
        "apps",
        "south",
        "{'cniVersion':'1.1.0','plugins':[{'type':'other','DeviceID':'"
            + OTHERS
            + "'},"
            + "{'type':'chained','capabilities':{'deviceID':true}}]}",
        RESOURCE);
    kubeletGaveThePod(ONE);
    scene.asksFor("south");

    scene.add();

    assertEquals(List.of(ONE), devicesOf("other"));
    assertFalse(requestsOf("other").get(0).config().json().has("DeviceID"));
    assertEquals(List.of(ONE), devicesOf("chained"));
    assertEquals(
        ONE, scene.plugins.get("chained").lastRuntimeConfig("deviceID").orElseThrow().asText());
  }

  @Test
  void add_annotationNamesADevice_thatOneAndNeverTwice() {
    kubeletGaveThePod(ONE, TWO);
    scene.asksFor("[{'name':'south'},{'name':'north','deviceID':'" + ONE + "'}]");

    scene.add();

    assertEquals(List.of(TWO, ONE), devicesOf("other"));
  }

  @Test
  void add_defaultNetworkAndSecondary_doNotGetTheSameDevice() {
    scene.network(
        "kube-system", "cluster", "{'cniVersion':'1.1.0','name':'cbr0','type':'main'}", RESOURCE);
    kubeletGaveThePod(ONE, TWO);
    scene.asksFor("south");

    scene.add();

    assertEquals(List.of(ONE), devicesOf("main"));
    assertEquals(List.of(TWO), devicesOf("other"));
  }

  @Test
  void add_moreNetworksThanDevices_isRefusedBeforeAnyAct() {
    kubeletGaveThePod(ONE);
    scene.asksFor("south,north");

    var refused = scene.refusal();

    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, refused.code());
    assertEquals(
        "network \"apps/north\": no device of \"intel.com/vf\" is left for it: the pod's networks want"
            + " 2, and the kubelet gave the pod 1 in container \"app\"",
        refused.getMessage());
    assertEquals(List.of(), scene.acts);
  }

  @ParameterizedTest
  @ValueSource(strings = {OTHERS, OUTSIDE})
  void add_annotationNamesADeviceThatIsNotThePods_isRefused(String device) {
    kubeletGaveThePod(ONE);
    scene.asksFor("[{'name':'plain','deviceID':'" + device + "'}]");

    var refused = scene.refusal();

    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, refused.code());
    assertTrue(
        refused
            .getMessage()
            .startsWith("network \"apps/plain\": the annotation names device \"" + device),
        refused.getMessage());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void add_compatMultusAnnotationNamesOthersDevice_isRefusedWhenAPluginTakesIt() {
    scene.set("compat", "'multus'");
    scene.network(
        "apps", "plain", "{'cniVersion':'1.1.0','type':'other','capabilities':{'deviceID':true}}");
    kubeletGaveThePod(ONE);
    scene.asksFor("[{'name':'plain','deviceID':'" + OUTSIDE + "'}]");

    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, scene.refusal().code());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void add_definitionPinsADeviceOfAPool_isRefusedUnlessThePodHasIt() {
    kubeletGaveThePod(ONE);
    pinned(OTHERS);

    var refused = scene.refusal();

    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, refused.code());
    assertEquals(
        "attach network \"apps/pinned\" as \"net1\": the kubelet has not given device \"0000:01:10.4\""
            + " of \"intel.com/vf\" to the pod",
        refused.getMessage());
    assertEquals(List.of(), scene.acts);

    pinned(ONE);
    scene.add();
  }

  @Test
  void add_definitionPinsADeviceOutsideAllPools_isAllowed() {
    kubeletGaveThePod(ONE);
    pinned(OUTSIDE);

    scene.add();

    assertEquals(OUTSIDE, record("net1").text(AttachmentRecord.DEVICE).orElseThrow());
  }

  private void pinned(String device) {
    scene.network(
        "apps", "pinned", "{'cniVersion':'1.1.0','type':'other','takes':'" + device + "'}");
    scene.asksFor("pinned");
  }

  @Test
  void add_twoNetworksTakeTheSameDevice_isRefusedBeforeAnyAct() {
    pinned(OUTSIDE);
    scene.asksFor("pinned,pinned");

    var refused = scene.refusal();

    assertEquals(ErrorCode.INVALID_CONFIG, refused.code());
    assertEquals(
        "attach network \"apps/pinned\" as \"net2\": device \"0000:02:10.0\" is wanted by network"
            + " \"apps/pinned\" as \"net1\" as well",
        refused.getMessage());
    assertEquals(List.of(), scene.acts);
  }

  @Test
  void add_noKubelet_annotationNamesTheDevice() {
    scene.asksFor(
        "[{'name':'south','deviceID':'0000:0A:10.0'},{'name':'plain','deviceID':'x.sf.1'}]");

    scene.add();

    assertEquals(List.of("0000:0a:10.0", "x.sf.1"), devicesOf("other"));
  }

  @Test
  void add_noKubeletAndNothingNamed_isRefused() {
    scene.asksFor("south");

    var refused = scene.refusal();

    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, refused.code());
    assertEquals(
        "network \"apps/south\": its k8s.v1.cni.cncf.io/resourceName is \"intel.com/vf\", and"
            + " this node has no kubelet that gives devices to pods",
        refused.getMessage());
  }

  @Test
  void add_noKubeletAndTheConfigNamesTheDevice_isAllowed() {
    scene.network(
        "apps",
        "south",
        "{'cniVersion':'1.1.0','type':'other','deviceID':'" + ONE + "'}",
        RESOURCE);
    scene.asksFor("south");

    scene.add();

    assertEquals(List.of(ONE), devicesOf("other"));
  }

  @Test
  void add_anotherContainerHasTheDevice_isToBeTriedAgain() {
    pinned(OUTSIDE);
    scene.held.add(OUTSIDE);

    var refused = scene.refusal();

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refused.code());
    assertEquals(
        "attach network \"apps/pinned\" as \"net1\": take device 0000:02:10.0",
        refused.getMessage());
    assertEquals(List.of(), scene.journal.all());
  }

  @Test
  void add_annotationNamesAnotherDeviceThanTheNetwork_isRefused() {
    scene.network(
        "apps", "pinned", "{'cniVersion':'1.1.0','type':'other','PCIBusID':'" + OUTSIDE + "'}");
    scene.asksFor("[{'name':'pinned','deviceID':'" + ONE + "'}]");

    var refused = scene.refusal();

    assertEquals(ErrorCode.INVALID_CONFIG, refused.code());
    assertEquals(
        "network \"apps/pinned\": the annotation names device \"0000:01:10.0\", and the network"
            + " itself \"0000:02:10.0\"",
        refused.getMessage());
  }

  @Test
  void add_annotationNamesADeviceThatNobodyTakes_isRefused() {
    scene.network("apps", "plain", "{'cniVersion':'1.1.0','type':'other','takes':'nothing'}");
    scene.asksFor("[{'name':'plain','deviceID':'" + ONE + "'}]");

    var refused = scene.refusal();

    assertEquals(ErrorCode.INVALID_CONFIG, refused.code());
    assertTrue(refused.getMessage().endsWith("no plugin of it takes one"), refused.getMessage());
  }

  @Test
  void add_laterPluginOfTheChainTakesADeviceOfAPool_isRefused() {
    kubeletGaveThePod(ONE);
    scene.network(
        "apps",
        "decoy",
        "{'cniVersion':'1.1.0','plugins':[{'type':'other','takes':'"
            + OUTSIDE
            + "'},"
            + "{'type':'chained','takes':'"
            + OTHERS
            + "'}]}");
    scene.asksFor("decoy");

    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, scene.refusal().code());
  }

  @Test
  void add_chainTakesTwoDevices_isRefused() {
    scene.network(
        "apps",
        "two",
        "{'cniVersion':'1.1.0','plugins':[{'type':'other','takes':'"
            + ONE
            + "'},"
            + "{'type':'chained','takes':'"
            + TWO
            + "'}]}");
    scene.asksFor("two");

    var refused = scene.refusal();

    assertEquals(ErrorCode.INVALID_CONFIG, refused.code());
    assertTrue(refused.getMessage().contains("several devices"), refused.getMessage());
  }

  @Test
  void add_kubeletWritesIdsInUpperCase_theyAreTheSameDevices() {
    scene.kubeletGaveThePod(RESOURCE, Set.of("0000:3B:02.1", "0000:3B:02.2"), "0000:3B:02.1");
    scene.asksFor("south");
    scene.add();
    scene.delete();
    assertEquals(List.of("0000:3b:02.1"), devicesOf("other"));

    pinned("0000:3b:02.2");
    assertEquals(ErrorCode.DEVICE_NOT_GRANTED, scene.refusal().code());
  }

  @Test
  void add_pluginRecordsItsDeviceItself_isLeftToIt() {
    scene.held.add(OUTSIDE);
    scene.network(
        "apps",
        "able",
        "{'cniVersion':'1.1.0','type':'other','records':true,'takes':'" + OUTSIDE + "'}");
    scene.asksFor("able");

    scene.add();
  }

  @Test
  void add_deviceIsNotThere_isSaidBeforeAnyAct() {
    scene.network("apps", "gone", "{'cniVersion':'1.1.0','type':'other','takes':'gone'}");
    scene.asksFor("gone");

    var refused = scene.refusal();

    assertEquals(ErrorCode.DEVICE_NOT_FOUND, refused.code());
    assertEquals("attach network \"apps/gone\" as \"net1\": no such device", refused.getMessage());
    assertEquals(List.of(), scene.acts);
  }

  private AttachmentRecord record(String name) {
    return scene
        .journal
        .find(new AttachmentKey(Scene.CONTAINER, new InterfaceName(name)))
        .orElseThrow();
  }
}
