package io.myriapod.kubernetes.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Command;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.device.DeviceGrants;
import io.myriapod.kubernetes.device.DeviceGrants.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String RESOURCE = "intel.com/vf";

  /** As the kubelet of 1.20 and later writes it, with what is not read here. */
  private static final String WRITTEN =
      """
      {'Data':{'PodDeviceEntries':[
        {'PodUID':'u1','ContainerName':'side','ResourceName':'intel.com/vf',
         'DeviceIDs':{'1':['0000:81:10.0'],'0':['0000:01:10.2','0000:01:10.0']},'AllocResp':'CgIIAQ=='},
        {'PodUID':'u2','ContainerName':'app','ResourceName':'intel.com/vf',
         'DeviceIDs':{'-1':['0000:01:10.4']},'AllocResp':''},
        {'PodUID':'u1','ContainerName':'app','ResourceName':'intel.com/vf',
         'DeviceIDs':{'0':['0000:01:10.6']},'AllocResp':null}],
       'RegisteredDevices':{'intel.com/vf':['0000:01:11.0'],'intel.com/none':null}},
       'Checksum':1234567890123456789,'BootID':'b'}
      """;

  @TempDir Path folder;

  private static PodRef pod(String uid) {
    return new PodRef("apps", "web-0", Optional.of(uid));
  }

  private Optional<Checkpoint> read(String json) throws IOException {
    return Checkpoint.read(
        Files.writeString(folder.resolve("checkpoint"), json.replace('\'', '"')));
  }

  private String refusal(String json) {
    return assertThrows(ClusterException.class, () -> read(json)).getMessage();
  }

  @Test
  void read_noFile_isEmpty() {
    assertEquals(Optional.empty(), Checkpoint.read(folder.resolve("checkpoint")));
  }

  @Test
  void of_devicesByNumaNode_areThoseOfThePodsUidWithContainersByName() throws IOException {
    Checkpoint checkpoint = read(WRITTEN).orElseThrow();

    assertEquals(
        List.of(
            Share.of("app", RESOURCE, List.of("0000:01:10.6")),
            Share.of("side", RESOURCE, List.of("0000:01:10.0", "0000:01:10.2", "0000:81:10.0"))),
        checkpoint.of(pod("u1")));
    assertEquals(List.of(), checkpoint.of(pod("u3")));
  }

  @Test
  void of_devicesInOneList_areReadAsBefore120() throws IOException {
    Checkpoint checkpoint =
        read("{'Data':{'PodDeviceEntries':[{'PodUID':'u1','ContainerName':'app','ResourceName':"
                + "'intel.com/vf','DeviceIDs':['0000:01:10.0'],'AllocResp':''}],"
                + "'RegisteredDevices':{}},'Checksum':1}")
            .orElseThrow();

    assertEquals(
        List.of(Share.of("app", RESOURCE, List.of("0000:01:10.0"))), checkpoint.of(pod("u1")));
  }

  @Test
  void of_podWithoutUid_cannotBeTold() throws IOException {
    Checkpoint checkpoint = read(WRITTEN).orElseThrow();
    PodRef nameless = new PodRef("apps", "web-0", Optional.empty());

    var refused = assertThrows(ClusterException.class, () -> checkpoint.of(nameless));

    assertTrue(refused.getMessage().startsWith("find pod \"apps/web-0\""), refused.getMessage());
    assertTrue(refused.getMessage().contains("K8S_POD_UID"), refused.getMessage());
  }

  @Test
  void pools_registeredAndGiven_areAllOfThem() throws IOException {
    assertEquals(
        Map.of(
            RESOURCE,
            DeviceGrants.ids(
                Set.of(
                    "0000:01:10.0",
                    "0000:01:10.2",
                    "0000:01:10.4",
                    "0000:01:10.6",
                    "0000:01:11.0",
                    "0000:81:10.0")),
            "intel.com/none",
            Set.of()),
        read(WRITTEN).orElseThrow().pools());
  }

  @Test
  void read_nothingGivenYet_hasNothing() throws IOException {
    Checkpoint checkpoint =
        read("{'Data':{'PodDeviceEntries':null,'RegisteredDevices':{}},'Checksum':1}")
            .orElseThrow();

    assertEquals(List.of(), checkpoint.of(pod("u1")));
    assertEquals(Map.of(), checkpoint.pools());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "{}",
        "garbage",
        "{'Data':null}",
        "{'Data':{}}",
        "{'Data':{'PodDeviceEntries':[]}}",
        "{'Data':{'PodDeviceEntries':{},'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[null],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[{}],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[{'PodUID':null,'ContainerName':'c','ResourceName':'r',"
            + "'DeviceIDs':[]}],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[{'PodUID':'u','ContainerName':'c','ResourceName':'r',"
            + "'DeviceIDs':'d'}],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[{'PodUID':'u','ContainerName':'c','ResourceName':'r',"
            + "'DeviceIDs':[1]}],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[{'PodUID':'u','ContainerName':'c','ResourceName':'r',"
            + "'DeviceIDs':{'0':{'0':['d']}}}],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[{'PodUID':'u','ContainerName':'c','ResourceName':'r',"
            + "'DeviceIDs':{'0':'d'}}],'RegisteredDevices':{}}}",
        "{'Data':{'PodDeviceEntries':[],'RegisteredDevices':['d']}}",
        "{'Data':{'PodDeviceEntries':[],'RegisteredDevices':{'r':['d',null]}}}",
        "{'Data':{'PodDeviceEntries':[],'RegisteredDevices':{}}} trailing",
      })
  void read_noCheckpoint_isAnErrorAndNotNoDevices(String json) {
    String refusal = refusal(json);

    assertTrue(
        refusal.startsWith(
            "read the kubelet's checkpoint %s: ".formatted(folder.resolve("checkpoint"))),
        refusal);
  }

  @Test
  void read_cutAnywhere_isAnError() throws IOException {
    String json = WRITTEN.strip();
    for (int length = 0; length < json.length(); length++) {
      String cut = json.substring(0, length);
      assertThrows(ClusterException.class, () -> read(cut), cut);
    }
    assertTrue(read(json).isPresent());
  }

  @Test
  void read_longerThanTheBound_isRefused() {
    String refusal = refusal(WRITTEN + " ".repeat(4 << 20));

    assertTrue(refusal.endsWith("it is longer than 4194304 bytes"), refusal);
  }

  @Test
  void read_folderInItsPlace_isAnError() {
    assertThrows(ClusterException.class, () -> Checkpoint.read(folder));
  }

  /** All pods that take devices would wait with the first one. */
  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
  void read_fifoInItsPlace_isAnErrorAndNotWaitedFor() {
    Path fifo = folder.resolve("checkpoint");
    Command.of("mkfifo", fifo.toString()).run();

    var refused = assertThrows(ClusterException.class, () -> Checkpoint.read(fifo));

    assertTrue(refused.getMessage().endsWith(": it is no file"), refused.getMessage());
  }
}
