package io.myriapod.deviceplugin.config;

import static io.myriapod.deviceplugin.config.ConfigText.ofEntry;
import static io.myriapod.deviceplugin.config.ConfigText.pool;
import static io.myriapod.deviceplugin.config.ConfigText.selector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.deviceplugin.config.FunctionRange.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolListReaderTest {
  @Test
  void read_entryWithNothingButAName_hasDefaults() {
    PoolList list = ofEntry("\"resourceName\": \"vfs\"");

    assertEquals(
        new PoolList(
            List.of(
                new PoolConfig(
                    new ResourceName("intel.com", "vfs"),
                    DeviceType.NET_DEVICE,
                    List.of(),
                    false,
                    Map.of(),
                    Optional.empty(),
                    AllocationPolicy.PACKED,
                    CarrierPolicy.IGNORE)),
            List.of()),
        list);
    assertTrue(list.isSound());
  }

  @Test
  void read_everyKeyOfAnEntry_isTaken() {
    PoolConfig pool =
        pool(
            """
            "resourcePrefix": "mellanox.com", "deviceType": "accelerator", "excludeTopology": true,
            "selectors": [{"vendors": ["8086"]}, {"devices": ["0d90"]}],
            "additionalInfo": {"*": {"token": "a", "b": ""}, "0000:86:00.0": {"token": "c"}},
            "driver": "vfio-pci", "allocationPolicy": "distinct-pf", "carrier": "device"
            """);

    assertEquals(new ResourceName("mellanox.com", "vfs"), pool.resource());
    assertEquals(DeviceType.ACCELERATOR, pool.type());
    assertTrue(pool.excludeTopology());
    assertEquals(Set.of("8086"), pool.selectors().get(0).vendors());
    assertEquals(Set.of("0d90"), pool.selectors().get(1).devices());
    assertEquals(2, pool.selectors().size());
    assertEquals(
        Map.of("*", Map.of("token", "a", "b", ""), "0000:86:00.0", Map.of("token", "c")),
        pool.additionalInfo());
    assertEquals(Optional.of("vfio-pci"), pool.driver());
    assertEquals(AllocationPolicy.DISTINCT_PF, pool.policy());
    assertEquals(CarrierPolicy.DEVICE, pool.carrier());
  }

  @Test
  void read_everyKeyOfASelector_isTaken() {
    assertEquals(
        new Selector(
            Set.of("8086", "15b3"),
            Set.of("154c"),
            Set.of("iavf", "vfio-pci"),
            Set.of("0000:03:02.0"),
            Set.of("101"),
            List.of(new FunctionRange("ens1f0", List.of(new Part(0, 3), new Part(7, 7)))),
            List.of(new FunctionRange("0000:86:00.0", List.of(new Part(2, 2)))),
            Set.of("ether"),
            Set.of("GTPv1-C/U IPv4/IPv6 payload"),
            Set.of("0x0001", "0xabcd", "0x7fff"),
            Set.of(),
            false,
            true,
            Optional.of(VdpaType.VHOST)),
        selector(
            DeviceType.NET_DEVICE,
            """
            "vendors": ["8086", "15b3"], "devices": ["154c"], "drivers": ["iavf", "vfio-pci"],
            "pciAddresses": ["0000:03:02.0"], "acpiIndexes": ["101"],
            "pfNames": ["ens1f0#0-3,7"], "rootDevices": ["0000:86:00.0#2"], "linkTypes": ["ether"],
            "ddpProfiles": ["GTPv1-C/U IPv4/IPv6 payload"], "pKeys": ["0x1", "0xABCD", "7fff"],
            "needVhostNet": true, "vdpaType": "vhost"
            """));
    assertTrue(selector(DeviceType.NET_DEVICE, "\"isRdma\": true").isRdma());
    assertEquals(
        Optional.of(VdpaType.VIRTIO),
        selector(DeviceType.NET_DEVICE, "\"vdpaType\": \"virtio\"").vdpaType());
  }

  @Test
  void read_subFunctions_areToldApartByTheirOwnKeys() {
    Selector selector =
        selector(
            DeviceType.AUX_NET_DEVICE,
            """
            "auxTypes": ["sf", "sf"], "pfNames": ["p0#88-90"], "rootDevices": ["0000:08:00.0"],
            "linkTypes": ["ether"], "isRdma": true, "needVhostNet": true
            """);

    assertEquals(Set.of("sf"), selector.auxTypes());
    assertEquals(List.of(new FunctionRange("p0", List.of(new Part(88, 90)))), selector.pfNames());
    assertTrue(selector.isRdma() && selector.needVhostNet());
  }

  @Test
  void read_acpiIndexOfAnAccelerator_isTaken() {
    assertEquals(
        Set.of("101"),
        selector(DeviceType.ACCELERATOR, "\"acpiIndexes\": [\"101\"]").acpiIndexes());
  }

  @Test
  void read_twoRangesOfOneFunction_bothCount() {
    assertEquals(
        List.of(FunctionRange.of("p0#0-1"), FunctionRange.of("p0#5")),
        selector(DeviceType.NET_DEVICE, "\"pfNames\": [\"p0#0-1\", \"p0#5\"]").pfNames());
  }

  @Test
  void read_rootDeviceInUpperCase_isFoundAsByThePeer() {
    assertEquals(
        List.of(FunctionRange.of("0000:af:00.0#1")),
        selector(DeviceType.NET_DEVICE, "\"rootDevices\": [\"0000:AF:00.0#1\"]").rootDevices());
  }

  @Test
  void read_oneSelectorOrAList_isTheSame() {
    assertEquals(
        pool("\"selectors\": {\"drivers\": [\"iavf\"]}"),
        pool("\"selectors\": [{\"drivers\": [\"iavf\"]}]"));
  }

  @Test
  void read_emptySelector_allowsEverything() {
    assertEquals(List.of(Selector.ALL), pool("\"selectors\": {}").selectors());
  }

  @Test
  void read_keysInAnyCase_areTheSame() {
    PoolList list =
        ConfigText.read(
            "{\"RESOURCELIST\": [{\"ResourceName\": \"vfs\", \"EXCLUDETOPOLOGY\": true,"
                + " \"Selectors\": {\"IsRdma\": true, \"PFNames\": [\"p0\"]}}]}");

    assertEquals(List.of(), list.findings());
    assertTrue(list.pools().get(0).excludeTopology());
    assertTrue(list.pools().get(0).selectors().get(0).isRdma());
    assertEquals(List.of(FunctionRange.of("p0")), list.pools().get(0).selectors().get(0).pfNames());
  }

  @Test
  void read_whatTheSriovNetworkOperatorWrites_isReadWithoutAWord() {
    PoolList list =
        ConfigText.read(
            "{\"resourceList\":[{\"resourceName\":\"sriovnics\",\"selectors\":{\"pfNames\":"
                + "[\"ens785f0#0-4\",\"ens785f1#0-9\"],\"IsRdma\":false,\"NeedVhostNet\":false},"
                + "\"SelectorObj\":null},{\"resourceName\":\"b\",\"selectors\":{\"vendors\":"
                + "[\"15b3\"],\"IsRdma\":true,\"NeedVhostNet\":false},\"SelectorObjs\":null}]}");

    assertEquals(List.of(), list.findings());
    assertEquals(2, list.pools().get(0).selectors().get(0).pfNames().size());
    assertTrue(list.pools().get(1).selectors().get(0).isRdma());
  }

  @ParameterizedTest
  @EnumSource(DeviceType.class)
  void read_keysWithoutAValue_areAsGoodAsAbsent(DeviceType type) {
    String aux = type == DeviceType.AUX_NET_DEVICE ? "[\"sf\"]" : "[]";
    Selector selector =
        selector(
            type,
            """
            "vendors": null, "devices": [], "drivers": [], "pciAddresses": [], "acpiIndexes": [],
            "pfNames": [], "rootDevices": null, "linkTypes": [], "ddpProfiles": [], "pKeys": [],
            "auxTypes": %s, "isRdma": false, "needVhostNet": false, "vdpaType": ""
            """
                .formatted(aux));

    for (SelectorKey key : SelectorKey.values()) {
      if (key != SelectorKey.AUX_TYPES) {
        assertEquals(key.in(Selector.ALL), key.in(selector), key.word());
      }
    }
  }

  @Test
  void read_entryKeysWithoutAValue_areAsGoodAsAbsent() {
    assertEquals(
        pool("\"excludeTopology\": false"),
        pool(
            """
            "resourcePrefix": "", "deviceType": "", "selectors": null, "excludeTopology": null,
            "additionalInfo": {}, "driver": "", "allocationPolicy": "", "carrier": null
            """));
  }

  @Test
  void read_additionalInfo_keepsItsOrder() {
    PoolConfig pool =
        pool(
            "\"additionalInfo\": {\"*\": {\"z\": \"1\", \"a\": \"2\", \"m\": \"3\", \"b\": \"4\"}}");

    assertEquals(List.of("z", "a", "m", "b"), List.copyOf(pool.additionalInfo().get("*").keySet()));
  }

  @Test
  void read_defaultPrefix_isOfEntriesWithoutTheirOwn() throws JsonProcessingException {
    PoolList list =
        new PoolListReader("acme.org")
            .read(
                json(
                    "[{\"resourceName\": \"a\"}, {\"resourceName\": \"a\", \"resourcePrefix\": \"b.c\"}]"),
                "devicePlugin.resourceList");

    assertEquals(
        List.of("acme.org/a", "b.c/a"),
        list.pools().stream().map(pool -> pool.resource().toString()).toList());
    assertThrows(IllegalArgumentException.class, () -> new PoolListReader("Acme"));
  }

  @Test
  void read_treeOfAnotherConfiguration_findsTheSameWithoutPositions()
      throws JsonProcessingException {
    String list =
        "[{\"resourceName\": \"a\", \"selectors\": {\"devices\": [1572], \"odd\": 1}}, 7]";
    PoolList fromFile = ConfigText.read("{\"resourceList\": %s}".formatted(list));

    PoolList fromTree =
        new PoolListReader("intel.com").read(json(list), "devicePlugin.resourceList");

    assertEquals(fromFile.pools(), fromTree.pools());
    assertEquals(
        ConfigText.lines(fromFile).stream()
            .map(line -> line.replace("resourceList[", "devicePlugin.resourceList["))
            .toList(),
        ConfigText.lines(fromTree));
    assertEquals(3, fromTree.findings().size());
    assertTrue(fromTree.findings().stream().allMatch(one -> one.position().isEmpty()));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new JsonMapper().readTree(text);
  }
}
