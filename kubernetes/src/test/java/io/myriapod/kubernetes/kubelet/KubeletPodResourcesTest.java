package io.myriapod.kubernetes.kubelet;

import static io.myriapod.kubernetes.kubelet.StubKubelet.container;
import static io.myriapod.kubernetes.kubelet.StubKubelet.devices;
import static io.myriapod.kubernetes.kubelet.StubKubelet.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.myriapod.fixtures.Waiting;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a kubelet to the client, one by one. */
class KubeletPodResourcesTest {
  private static final String RESOURCE = "intel.com/vf";
  private static final String POOLS = "GetAllocatableResources";
  private static final PodRef WEB = new PodRef("apps", "web", Optional.of("u1"));
  private static final Status LIMITED =
      Status.RESOURCE_EXHAUSTED.withDescription("rejected by rate limit");

  /** Long enough for any machine, where something is to succeed. */
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;
  private KubeletSockets sockets;
  private StubKubelet kubelet;
  private KubeletPodResources resources;

  @BeforeEach
  void open() throws IOException {
    sockets = new KubeletSockets();
    kubelet = new StubKubelet(folder);
    resources = new KubeletPodResources(folder, () -> sockets, LONG);
    kubelet.pods.add(pod("other", container("app", devices(RESOURCE, "0000:01:10.4"))));
    kubelet.pods.add(pod("web", container("app", devices(RESOURCE, "0000:01:10.0"))));
    kubelet.pools.add(devices(RESOURCE, "0000:01:10.0", "0000:01:10.4"));
  }

  @AfterEach
  void close() {
    resources.close();
    kubelet.close();
    sockets.close();
  }

  private DeviceGrants grants() {
    return resources.of(Optional.of(WEB)).orElseThrow();
  }

  private String refusal() {
    return assertThrows(ClusterException.class, this::grants).getMessage();
  }

  private void patience(Duration patience) {
    resources.close();
    resources = new KubeletPodResources(folder, () -> sockets, patience);
  }

  private void checkpoint(String json) throws IOException {
    Files.createDirectories(folder.resolve("device-plugins"));
    Files.writeString(
        folder.resolve("device-plugins/kubelet_internal_checkpoint"), json.replace('\'', '"'));
  }

  private void checkpointOfWeb() throws IOException {
    checkpoint(
        "{'Data':{'PodDeviceEntries':[{'PodUID':'u1','ContainerName':'app','ResourceName':"
            + "'intel.com/vf','DeviceIDs':{'0':['0000:01:10.6']},'AllocResp':''}],"
            + "'RegisteredDevices':{'intel.com/vf':['0000:01:10.7']}},'Checksum':1}");
  }

  private static List<Share> web(String device) {
    return List.of(Share.of("app", RESOURCE, List.of(device)));
  }

  @Test
  void of_partsByNumaNode_areOneShareWithContainersInTheKubeletsOrder() {
    kubelet.pods.set(
        1,
        pod(
            "web",
            container("z", devices(RESOURCE, "0000:81:10.0"), devices(RESOURCE, "0000:01:10.2")),
            container("idle"),
            container("a", devices("intel.com/gpu", "7"), devices(RESOURCE, "0000:01:10.0"))));

    DeviceGrants grants = grants();

    assertEquals(
        List.of(
            Share.of("z", RESOURCE, List.of("0000:01:10.2", "0000:81:10.0")),
            Share.of("a", "intel.com/gpu", List.of("7")),
            Share.of("a", RESOURCE, List.of("0000:01:10.0"))),
        grants.shares());
  }

  @Test
  void of_pools_areAllDevicesOfAllParts() {
    kubelet.pools.add(devices("intel.com/gpu", "7"));
    kubelet.pools.add(devices(RESOURCE, "0000:81:10.0"));

    assertEquals(
        Map.of(
            RESOURCE,
            DeviceGrants.ids(Set.of("0000:01:10.0", "0000:01:10.4", "0000:81:10.0")),
            "intel.com/gpu",
            DeviceGrants.ids(Set.of("7"))),
        grants().pools());
  }

  @Test
  void of_onePod_isAskedByGetAlone() {
    assertEquals(web("0000:01:10.0"), grants().shares());
    assertEquals(List.of("Get", POOLS), kubelet.calls);
  }

  @Test
  void of_noPod_asksForThePoolsAlone() {
    DeviceGrants grants = resources.of(Optional.empty()).orElseThrow();

    assertEquals(List.of(), grants.shares());
    assertEquals(Set.of(RESOURCE), grants.pools().keySet());
    assertEquals(List.of(POOLS), kubelet.calls);
  }

  @Test
  void of_podThatTheKubeletDoesNotKnow_hasNoneAndGetGoesOn() {
    PodRef unknown = new PodRef("apps", "new", Optional.empty());

    assertEquals(List.of(), resources.of(Optional.of(unknown)).orElseThrow().shares());
    assertEquals(web("0000:01:10.0"), grants().shares());
    assertEquals(List.of("Get", "List", POOLS, "Get", POOLS), kubelet.calls);
  }

  static Stream<Status> notServed() {
    return Stream.of(
        Status.UNIMPLEMENTED.withDescription(
            "unknown method Get for service v1.PodResourcesLister"),
        Status.UNKNOWN.withDescription("PodResources API Get method disabled"));
  }

  @ParameterizedTest
  @MethodSource("notServed")
  void of_getIsNotServed_listIsAskedFromThenOn(Status status) {
    kubelet.refuseAlways("Get", status);

    assertEquals(web("0000:01:10.0"), grants().shares());
    assertEquals(web("0000:01:10.0"), grants().shares());

    assertEquals(List.of("Get", "List", POOLS, "List", POOLS), kubelet.calls);
  }

  @Test
  void of_limitOfCallsIsReached_isTriedAgain() {
    kubelet.refuse("Get", LIMITED, LIMITED, Status.UNIMPLEMENTED);
    kubelet.refuse("List", LIMITED, LIMITED);
    kubelet.refuse(POOLS, LIMITED);

    assertEquals(web("0000:01:10.0"), grants().shares());

    assertEquals(3, Collections.frequency(kubelet.calls, "Get"));
    assertEquals(3, Collections.frequency(kubelet.calls, "List"));
    assertEquals(2, Collections.frequency(kubelet.calls, POOLS));
  }

  @Test
  void of_limitOfCallsStaysReached_isSaidAfterTheDeadline() {
    grants();
    kubelet.calls.clear();
    patience(Duration.ofMillis(500));
    kubelet.refuseAlways("Get", LIMITED);

    assertEquals("ask the kubelet by Get: RESOURCE_EXHAUSTED: rejected by rate limit", refusal());
    assertTrue(kubelet.calls.size() > 1, kubelet.calls.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Get", POOLS})
  void of_kubeletHangs_isSaidAfterTheDeadlineAndTheNextQuestionIsAnswered(String method) {
    patience(Duration.ofMillis(500));
    kubelet.hang(method);

    String refusal = refusal();
    assertTrue(
        refusal.startsWith("ask the kubelet by %s: DEADLINE_EXCEEDED: ".formatted(method)),
        refusal);

    patience(LONG);
    kubelet.wake();
    assertEquals(web("0000:01:10.0"), grants().shares());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Get", POOLS})
  void of_anyOtherError_isSaidAtOnce(String method) {
    kubelet.refuseAlways(method, Status.INTERNAL.withDescription("boom\nat line 2"));

    assertEquals("ask the kubelet by %s: INTERNAL: boom?at line 2".formatted(method), refusal());
    assertEquals(1, Collections.frequency(kubelet.calls, method));
  }

  @Test
  void of_twoPodsOfTheName_cannotBeTold() {
    kubelet.pods.add(kubelet.pods.get(1));
    kubelet.refuseAlways("Get", Status.UNIMPLEMENTED);

    assertEquals(
        "find pod \"apps/web\" among those that the kubelet lists: there are 2 of that name",
        refusal());
  }

  @Test
  void of_kubeletWasRestarted_itsNewSocketIsUsed() {
    grants();
    kubelet.stop();
    kubelet.pods.set(1, pod("web", container("app", devices(RESOURCE, "0000:01:10.2"))));
    kubelet.start();

    assertEquals(web("0000:01:10.2"), grants().shares());
  }

  @Test
  void of_nobodyListensYet_isTriedAgainUntilSomebodyDoes() throws Exception {
    grants();
    kubelet.stop();
    Files.deleteIfExists(folder.resolve("pod-resources/kubelet.sock"));
    Files.createFile(folder.resolve("pod-resources/kubelet.sock"));
    FutureTask<DeviceGrants> asked = new FutureTask<>(this::grants);
    Thread asking = new Thread(asked);
    asking.start();
    Waiting.until(
        LONG,
        "the pause after a refusal",
        () ->
            Stream.of(asking.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("sleep")));

    kubelet.start();

    assertEquals(web("0000:01:10.0"), asked.get().shares());
  }

  @Test
  void of_listIsNotServed_checkpointIsRead() throws IOException {
    kubelet.refuseAlways("Get", Status.UNIMPLEMENTED);
    kubelet.refuseAlways("List", Status.UNIMPLEMENTED);
    checkpointOfWeb();

    DeviceGrants grants = grants();

    assertEquals(web("0000:01:10.6"), grants.shares());
    assertEquals(
        Map.of(RESOURCE, DeviceGrants.ids(Set.of("0000:01:10.6", "0000:01:10.7"))), grants.pools());
  }

  @Test
  void of_poolsAreNotServed_areThoseOfTheCheckpoint() throws IOException {
    kubelet.refuseAlways(
        POOLS,
        Status.UNKNOWN.withDescription("Pod Resources API GetAllocatableResources disabled"));
    checkpointOfWeb();

    DeviceGrants grants = grants();

    assertEquals(web("0000:01:10.0"), grants.shares());
    assertEquals(
        Map.of(RESOURCE, DeviceGrants.ids(Set.of("0000:01:10.6", "0000:01:10.7"))), grants.pools());
  }

  @Test
  void of_neitherServedNorACheckpoint_isAnError() {
    kubelet.refuseAlways("Get", Status.UNIMPLEMENTED);
    kubelet.refuseAlways("List", Status.UNIMPLEMENTED.withDescription("unknown service"));

    assertEquals(
        "ask the kubelet by List: UNIMPLEMENTED: unknown service, and no "
            + folder.resolve("device-plugins/kubelet_internal_checkpoint"),
        refusal());
  }

  private void removeSocket() throws IOException {
    kubelet.stop();
    Files.deleteIfExists(folder.resolve("pod-resources/kubelet.sock"));
  }

  @Test
  void of_noSocket_checkpointIsRead() throws IOException {
    removeSocket();
    checkpointOfWeb();

    assertEquals(web("0000:01:10.6"), grants().shares());
  }

  @Test
  void of_noSocketAndABrokenCheckpoint_isAnErrorAndNotNoDevices() throws IOException {
    removeSocket();
    checkpoint("{'Data':{'PodDeviceEntries':[");

    String refusal = refusal();

    assertTrue(refusal.startsWith("read the kubelet's checkpoint "), refusal);
  }

  @Test
  void of_foldersOfAKubeletButNothingInThem_isAnError() throws IOException {
    removeSocket();

    assertEquals(
        "ask the kubelet for devices: there is no %s, and no %s"
            .formatted(
                folder.resolve("pod-resources/kubelet.sock"),
                folder.resolve("device-plugins/kubelet_internal_checkpoint")),
        refusal());
  }

  @Test
  void of_noFolderOfAKubelet_isEmptyWithoutASocket(@TempDir Path bare) {
    try (KubeletPodResources none =
        new KubeletPodResources(
            bare,
            () -> {
              throw new AssertionError("sockets were made");
            })) {
      assertEquals(Optional.empty(), none.of(Optional.of(WEB)));
    }
  }
}
