package io.myriapod.deviceplugin.config;

import static io.myriapod.deviceplugin.config.ConfigText.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolsDifferenceTest {
  /** Pools named so, each with these further fields. */
  private static List<PoolConfig> pools(String fields, String... names) {
    PoolList list =
        read(
            Stream.of(names)
                .map(name -> "{\"resourceName\": \"%s\"%s}".formatted(name, fields))
                .collect(Collectors.joining(",", "{\"resourceList\": [", "]}")));
    if (!list.isSound()) {
      throw new AssertionError(list.findings().toString());
    }
    return list.pools();
  }

  @Test
  void between_equalLists_isEmpty() {
    PoolsDifference difference =
        PoolsDifference.between(
            pools(", \"driver\": \"vfio-pci\"", "a", "b"),
            pools(", \"driver\": \"vfio-pci\"", "a", "b"));

    assertTrue(difference.isEmpty());
    assertEquals(List.of(), difference.sentences());
  }

  @Test
  void between_addedAndRemoved_areTold() {
    PoolsDifference difference =
        PoolsDifference.between(pools("", "z", "b", "y"), pools("", "b", "x", "a"));

    assertEquals(
        List.of(
            "resource intel.com/z is removed",
            "resource intel.com/y is removed",
            "resource intel.com/x is added",
            "resource intel.com/a is added"),
        difference.sentences());
    assertFalse(difference.isEmpty());
    assertFalse(difference.reordered());
  }

  @Test
  void between_anotherOrder_isTold() {
    PoolsDifference difference =
        PoolsDifference.between(pools("", "a", "b", "c"), pools("", "c", "x", "a"));

    assertTrue(difference.reordered());
    assertEquals(
        List.of(
            "resource intel.com/b is removed",
            "resource intel.com/x is added",
            "resources are in another order: the first that selects a device has it"),
        difference.sentences());
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("", "\"deviceType\": \"accelerator\"", "deviceType"),
        arguments("", "\"excludeTopology\": true", "excludeTopology"),
        arguments("", "\"additionalInfo\": {\"*\": {\"a\": \"1\"}}", "additionalInfo"),
        arguments("\"driver\": \"vfio-pci\"", "\"driver\": \"iavf\"", "driver"),
        arguments("", "\"allocationPolicy\": \"spread\"", "allocationPolicy"),
        arguments("", "\"carrier\": \"pf\"", "carrier"),
        arguments("", "\"selectors\": {}", "selectors"),
        arguments("\"selectors\": {}", "\"selectors\": [{}, {}]", "selectors"),
        arguments(
            "\"selectors\": [{}, {\"pfNames\": [\"p0\"]}]",
            "\"selectors\": [{\"isRdma\": true}, {\"pfNames\": [\"p0#1\"], \"vendors\": [\"8086\"]}]",
            "selectors[0].isRdma, selectors[1].vendors, selectors[1].pfNames"));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void between_anotherValue_namesItsKey(String before, String after, String keys) {
    List<PoolConfig> old = pools(before.isEmpty() ? "" : ", " + before, "b", "a");
    List<PoolConfig> fresh = pools(", " + after, "b", "a");

    assertEquals(
        List.of(
            "resource intel.com/a has another " + keys, "resource intel.com/b has another " + keys),
        PoolsDifference.between(old, fresh).sentences());
  }

  @Test
  void between_emptyAndSome_areAllAdded() {
    assertEquals(
        List.of("resource intel.com/a is added"),
        PoolsDifference.between(List.of(), pools("", "a")).sentences());
  }

  @Test
  void keys_ofPoolsAndSelectors_areAllCompared() {
    int named = 2; // the name is what is compared by, selectors are compared one by one
    assertEquals(
        PoolConfig.class.getRecordComponents().length, PoolsDifference.VALUES.size() + named);
    assertEquals(
        Stream.of(Selector.class.getRecordComponents())
            .map(component -> component.getName())
            .toList(),
        SelectorKey.WORDS);
  }
}
