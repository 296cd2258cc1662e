package io.myriapod.deviceplugin.config;

import static io.myriapod.deviceplugin.config.ConfigText.lines;
import static io.myriapod.deviceplugin.config.ConfigText.ofEntry;
import static io.myriapod.deviceplugin.config.ConfigText.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a wrong configuration, and where. */
class PoolListFindingsTest {
  private static final String ENTRY = "resourceList[0]";

  static Stream<Arguments> wrongSelectors() {
    return Stream.of(
        arguments("\"vendors\": [8086]", "vendors[0]", "is the number 8086: want a text in quotes"),
        arguments("\"vendors\": \"8086\"", "vendors", "is the text \"8086\": want a list"),
        arguments("\"vendors\": [null]", "vendors[0]", "is null: want a text in quotes"),
        arguments(
            "\"vendors\": [\"8086\", \"86\"]",
            "vendors[1]",
            "is \"86\": want four hexadecimal digits such as 154c"),
        arguments(
            "\"devices\": [\"154g\"]",
            "devices[0]",
            "is \"154g\": want four hexadecimal digits such as 154c"),
        arguments("\"drivers\": [\"\"]", "drivers[0]", "is empty: want a name"),
        arguments("\"drivers\": [true]", "drivers[0]", "is true: want a text in quotes"),
        arguments(
            "\"pciAddresses\": [\"03:02.0\"]",
            "pciAddresses[0]",
            "PCI address \"03:02.0\": want DOMAIN:BUS:DEVICE.FUNCTION such as \"0000:01:10.2\""),
        arguments(
            "\"acpiIndexes\": [101]", "acpiIndexes[0]", "is the number 101: want a text in quotes"),
        arguments("\"pfNames\": [\"p0#3-1\"]", "pfNames[0]", "range 3-1 ends before it begins"),
        arguments(
            "\"pfNames\": [\"p0\", \"p1#x\"]",
            "pfNames[1]",
            "range \"x\": want numbers and ranges of virtual functions such as #0-3,5"),
        arguments("\"pfNames\": [\"#1\"]", "pfNames[0]", "interface name \"\": must not be empty"),
        arguments(
            "\"pfNames\": [\"ens1f0 \"]",
            "pfNames[0]",
            "interface name \"ens1f0 \": must not have \"/\", \":\", white space or control characters"),
        arguments("\"pfNames\": [[]]", "pfNames[0]", "is a list: want a text in quotes"),
        arguments(
            "\"rootDevices\": [\"86:00.0#1\"]",
            "rootDevices[0]",
            "PCI address \"86:00.0\": want DOMAIN:BUS:DEVICE.FUNCTION such as \"0000:01:10.2\""),
        arguments(
            "\"rootDevices\": [\"0000:86:00.0#\"]",
            "rootDevices[0]",
            "range \"\": want numbers and ranges of virtual functions such as #0-3,5"),
        arguments("\"linkTypes\": \"ether\"", "linkTypes", "is the text \"ether\": want a list"),
        arguments("\"ddpProfiles\": [\" \"]", "ddpProfiles[0]", "is empty: want a name"),
        arguments(
            "\"pKeys\": [\"0x12345\"]",
            "pKeys[0]",
            "is \"0x12345\": want a number of 16 bits such as 0x7fff"),
        arguments("\"isRdma\": \"true\"", "isRdma", "is the text \"true\": want true or false"),
        arguments("\"needVhostNet\": 1", "needVhostNet", "is the number 1: want true or false"),
        arguments("\"vdpaType\": \"vDPA\"", "vdpaType", "is \"vDPA\": want virtio, vhost"),
        arguments("\"vdpaType\": true", "vdpaType", "is true: want a text in quotes"),
        arguments(
            "\"isRdma\": true, \"vdpaType\": \"vhost\"",
            "vdpaType",
            "\"vdpaType\" and \"isRdma\" exclude each other: want one of them"));
  }

  @ParameterizedTest
  @MethodSource("wrongSelectors")
  void selector_wrongValue_isAnErrorAtItsPlace(String field, String place, String sentence) {
    PoolList one = ofEntry("\"resourceName\": \"a\", \"selectors\": {%s}".formatted(field));
    PoolList listed =
        ofEntry("\"resourceName\": \"a\", \"selectors\": [{}, {%s}]".formatted(field));

    assertEquals(
        List.of("ERROR %s.selectors.%s: %s".formatted(ENTRY, place, sentence)), lines(one));
    assertEquals(
        List.of("ERROR %s.selectors[1].%s: %s".formatted(ENTRY, place, sentence)), lines(listed));
    assertEquals(List.of(), one.pools());
    assertFalse(one.isSound());
  }

  static Stream<Arguments> wrongEntries() {
    return Stream.of(
        arguments("", "", "has no \"resourceName\": want a name such as vfs_a"),
        arguments(
            "\"resourceName\": \"\"", "", "has no \"resourceName\": want a name such as vfs_a"),
        arguments(
            "\"resourceName\": 10", ".resourceName", "is the number 10: want a text in quotes"),
        arguments(
            "\"resourceName\": \"a.b\"",
            ".resourceName",
            "resource name \"a.b\": want 1 to 63 letters, digits, \"-\" and \"_\","
                + " a letter or digit at both ends"),
        arguments(
            "\"resourceName\": \"a\", \"resourcePrefix\": \"a/b\"",
            ".resourcePrefix",
            "resource prefix \"a/b\": want a DNS subdomain such as intel.com"),
        arguments(
            "\"resourceName\": \"a\", \"resourcePrefix\": []",
            ".resourcePrefix",
            "is a list: want a text in quotes"),
        arguments(
            "\"resourceName\": \"a\", \"deviceType\": \"netdevice\"",
            ".deviceType",
            "is \"netdevice\": want netDevice, accelerator, auxNetDevice"),
        arguments(
            "\"resourceName\": \"a\", \"deviceType\": false",
            ".deviceType",
            "is false: want a text in quotes"),
        arguments(
            "\"resourceName\": \"a\", \"selectors\": \"all\"",
            ".selectors",
            "is the text \"all\": want an object"),
        arguments(
            "\"resourceName\": \"a\", \"selectors\": []",
            ".selectors",
            "is empty: want a selector; without this key all devices are meant"),
        arguments(
            "\"resourceName\": \"a\", \"selectors\": [{}, null]",
            ".selectors[1]",
            "is null: want an object"),
        arguments(
            "\"resourceName\": \"a\", \"deviceType\": \"auxNetDevice\"",
            "",
            "has no \"selectors\": want [{\"auxTypes\": [\"sf\"]}]"),
        arguments(
            "\"resourceName\": \"a\", \"deviceType\": \"auxNetDevice\","
                + " \"selectors\": [{\"pfNames\": [\"p0\"]}]",
            ".selectors[0]",
            "has no \"auxTypes\": want [\"sf\"]"),
        arguments(
            "\"resourceName\": \"a\", \"deviceType\": \"auxNetDevice\","
                + " \"selectors\": {\"auxTypes\": [\"sf\", \"eth\"]}",
            ".selectors.auxTypes[1]",
            "is \"eth\": want sf, the only type that is known"));
  }

  static Stream<Arguments> wrongEntriesBesideSelectors() {
    return Stream.of(
        arguments(
            "\"resourceName\": \"a\", \"excludeTopology\": \"no\"",
            ".excludeTopology",
            "is the text \"no\": want true or false"),
        arguments(
            "\"resourceName\": \"a\", \"additionalInfo\": []",
            ".additionalInfo",
            "is a list: want an object"),
        arguments(
            "\"resourceName\": \"a\", \"additionalInfo\": {\"*\": \"x\"}",
            ".additionalInfo[\"*\"]",
            "is the text \"x\": want an object"),
        arguments(
            "\"resourceName\": \"a\", \"additionalInfo\": {\"0000:86:00.0\": {\"mtu\": 9000}}",
            ".additionalInfo[\"0000:86:00.0\"].mtu",
            "is the number 9000: want a text in quotes"),
        arguments(
            "\"resourceName\": \"a\", \"additionalInfo\": {\"a/b\": {}}",
            ".additionalInfo[\"a/b\"]",
            "device \"a/b\": want 1 to 253 visible characters of ASCII without \"/\""),
        arguments(
            "\"resourceName\": \"a\", \"driver\": \"../vfio\"",
            ".driver",
            "driver \"../vfio\": want a name of /sys/bus/pci/drivers such as \"vfio-pci\""),
        arguments(
            "\"resourceName\": \"a\", \"deviceType\": \"auxNetDevice\", \"driver\": \"vfio-pci\","
                + " \"selectors\": {\"auxTypes\": [\"sf\"]}",
            ".driver",
            "auxiliary devices cannot be given a driver"),
        arguments(
            "\"resourceName\": \"a\", \"allocationPolicy\": \"random\"",
            ".allocationPolicy",
            "is \"random\": want packed, spread, distinct-pf, numa"),
        arguments(
            "\"resourceName\": \"a\", \"carrier\": \"vf\"",
            ".carrier",
            "is \"vf\": want ignore, pf, device"));
  }

  @ParameterizedTest
  @MethodSource({"wrongEntries", "wrongEntriesBesideSelectors"})
  void entry_wrongValue_isAnErrorAtItsPlace(String fields, String place, String sentence) {
    PoolList list = ofEntry(fields);

    assertEquals(List.of("ERROR %s%s: %s".formatted(ENTRY, place, sentence)), lines(list));
    assertEquals(List.of(), list.pools());
  }

  static Stream<Arguments> oddSelectors() {
    String elsewhere = "\"%s\" has no effect on devices of type %s";
    return Stream.of(
        arguments(
            "netDevice", "\"vlans\": []", "vlans", "key \"vlans\" is not known and has no effect"),
        arguments(
            "netDevice",
            "\"linkTypes\": [\"ether\", \"infiniband\"]",
            "linkTypes",
            "has 2 types: a card is of one"),
        arguments(
            "netDevice",
            "\"linkTypes\": [\"eth\"]",
            "linkTypes",
            "no card is of another type than ether and infiniband"),
        arguments(
            "netDevice",
            "\"auxTypes\": [\"sf\"]",
            "auxTypes",
            elsewhere.formatted("auxTypes", "netDevice")),
        arguments(
            "accelerator",
            "\"pfNames\": [\"p0#x\"]",
            "pfNames",
            elsewhere.formatted("pfNames", "accelerator")),
        arguments(
            "accelerator",
            "\"isRdma\": true",
            "isRdma",
            elsewhere.formatted("isRdma", "accelerator")),
        arguments(
            "accelerator",
            "\"vdpaType\": \"x\"",
            "vdpaType",
            elsewhere.formatted("vdpaType", "accelerator")),
        arguments(
            "auxNetDevice",
            "\"auxTypes\": [\"sf\"], \"pciAddresses\": [\"mlx5_core.sf.4\"]",
            "pciAddresses",
            elsewhere.formatted("pciAddresses", "auxNetDevice")),
        arguments(
            "auxNetDevice",
            "\"auxTypes\": [\"sf\"], \"acpiIndexes\": [\"1\"]",
            "acpiIndexes",
            elsewhere.formatted("acpiIndexes", "auxNetDevice")),
        arguments(
            "auxNetDevice",
            "\"auxTypes\": [\"sf\"], \"isRdma\": true, \"vdpaType\": \"vhost\"",
            "vdpaType",
            elsewhere.formatted("vdpaType", "auxNetDevice")));
  }

  @ParameterizedTest
  @MethodSource("oddSelectors")
  void selector_valueWithoutEffect_isAWarning(
      String type, String field, String place, String sentence) {
    PoolList list =
        ofEntry(
            "\"resourceName\": \"a\", \"deviceType\": \"%s\", \"selectors\": {%s}"
                .formatted(type, field));

    assertEquals(
        List.of("WARNING %s.selectors.%s: %s".formatted(ENTRY, place, sentence)), lines(list));
    assertTrue(list.isSound());
    assertEquals(1, list.pools().size());
  }

  @Test
  void selector_valueWithoutEffect_isNotInThePool() {
    Selector selector =
        ofEntry(
                "\"resourceName\": \"a\", \"deviceType\": \"accelerator\","
                    + " \"selectors\": {\"pfNames\": [\"p0\"], \"isRdma\": true}")
            .pools()
            .get(0)
            .selectors()
            .get(0);

    assertEquals(List.of(), selector.pfNames());
    assertFalse(selector.isRdma());
  }

  @ParameterizedTest
  @CsvSource({
    "vendors, 0X8086, 8086",
    "vendors, 15B3, 15b3",
    "devices, 0x154c, 154c",
    "pciAddresses, 0000:AF:00.0, 0000:af:00.0",
    "linkTypes, Ether, ether",
  })
  void selector_anotherSpellingThanTheKernels_isReadAndWarnedOf(
      String key, String written, String read) {
    PoolList list =
        ofEntry(
            "\"resourceName\": \"a\", \"selectors\": {\"%s\": [\"%s\"]}".formatted(key, written));

    assertEquals(
        List.of(
            ("WARNING %s.selectors.%s[0]: \"%s\" is read as \"%s\", as the kernel writes it;"
                    + " sriov-network-device-plugin finds nothing by it")
                .formatted(ENTRY, key, written, read)),
        lines(list));
    Selector selector = list.pools().get(0).selectors().get(0);
    assertTrue(
        Stream.of(SelectorKey.values())
            .filter(one -> one.word().equals(key))
            .allMatch(one -> one.in(selector).toString().equals("[" + read + "]")),
        selector.toString());
  }

  @Test
  void additionalInfo_addressInUpperCase_isReadAndWarnedOf() {
    PoolList list =
        ofEntry(
            "\"resourceName\": \"a\","
                + " \"additionalInfo\": {\"0000:AF:00.0\": {\"a\": \"1\"}, \"0000:af:00.0\": {}}");

    assertEquals(
        List.of(
            "WARNING resourceList[0].additionalInfo[\"0000:AF:00.0\"]: \"0000:AF:00.0\" is read as"
                + " \"0000:af:00.0\", as the kernel writes it; sriov-network-device-plugin finds"
                + " nothing by it",
            "WARNING resourceList[0].additionalInfo[\"0000:af:00.0\"]: is there more than once:"
                + " this one counts, what is before it does not"),
        lines(list));
    assertEquals(Set.of("0000:af:00.0"), list.pools().get(0).additionalInfo().keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "sriovMode, key \"sriovMode\" is not known and has no effect",
    "isRdma, key \"isRdma\" is not known and has no effect here: it belongs into \"selectors\"",
    "PFNAMES, key \"PFNAMES\" is not known and has no effect here: it belongs into \"selectors\"",
  })
  void entry_unknownKey_isAWarning(String key, String sentence) {
    PoolList list = ofEntry("\"resourceName\": \"a\", \"%s\": true".formatted(key));

    assertEquals(List.of("WARNING %s.%s: %s".formatted(ENTRY, key, sentence)), lines(list));
    assertEquals(1, list.pools().size());
  }

  @Test
  void entry_leftoverOfTheOperatorWithAValue_isAWarning() {
    assertEquals(
        List.of("WARNING resourceList[0].SelectorObj: \"SelectorObj\" has no effect"),
        lines(ofEntry("\"resourceName\": \"a\", \"SelectorObj\": {\"Vendors\": [\"8086\"]}")));
  }

  @Test
  void key_strange_isShownInQuotesAndOnOneLine() {
    assertEquals(
        List.of(
            "WARNING resourceList[0][\"a b\"]: key \"a b\" is not known and has no effect",
            "WARNING resourceList[0][\"?[31m?\"]: key \"?[31m?\" is not known and has no effect"),
        lines(ofEntry("\"resourceName\": \"a\", \"a b\": 1, \"\\u001b[31m\\n\": 1")));
  }
}
