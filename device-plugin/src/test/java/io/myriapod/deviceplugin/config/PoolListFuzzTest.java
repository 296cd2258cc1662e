package io.myriapod.deviceplugin.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.fixtures.MutatedJson;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whatever a file holds: pools within bounds and short findings, nothing else. */
class PoolListFuzzTest {
  private static final String GOOD =
      """
      {"resourceList": [
        {"resourceName": "a", "resourcePrefix": "intel.com", "deviceType": "netDevice",
         "selectors": [{"vendors": ["8086"], "pfNames": ["p0#0-3,5", "p1"], "isRdma": true},
                       {"rootDevices": ["0000:86:00.0#1"], "vdpaType": "vhost", "pKeys": ["0x1"]}],
         "additionalInfo": {"*": {"token": "x"}}, "excludeTopology": true, "driver": "vfio-pci"},
        {"resourceName": "b", "deviceType": "accelerator", "selectors": {"devices": ["0d90"]},
         "allocationPolicy": "numa", "carrier": "pf"},
        {"resourceName": "c", "deviceType": "auxNetDevice", "selectors": {"auxTypes": ["sf"]}}]}
      """;

  @Test
  void good_isSound() {
    PoolList list = ConfigText.read(GOOD);

    assertEquals(List.of(), list.findings());
    assertEquals(3, list.pools().size());
  }

  @Provide
  Arbitrary<String> mutated() {
    return MutatedJson.of(GOOD, "{\"resourceName\": \"a\"}", "\"p0#9-1\"");
  }

  @Property
  void read_mutatedFile_givesPoolsOrErrors(@ForAll("mutated") String text) {
    assertConsistent(ConfigText.read(text));
  }

  @Property
  void read_anyBytes_givesPoolsOrErrors(@ForAll byte[] bytes) {
    assertConsistent(ConfigText.read(bytes));
  }

  @Provide
  Arbitrary<String> anyValue() {
    return anyValue(4);
  }

  private static Arbitrary<String> anyValue(int depth) {
    Arbitrary<String> scalar =
        Arbitraries.oneOf(
            Arbitraries.of(MutatedJson.PIECES).map(PoolListFuzzTest::quoted),
            Arbitraries.of("0", "-7.5", "true", "false", "null", "\"sf\"", "\"8086\"", "\"p0#1\""));
    if (depth == 0) {
      return scalar;
    }
    Arbitrary<String> key =
        Arbitraries.oneOf(
            Arbitraries.of(PoolReader.KEYS),
            Arbitraries.of(SelectorKey.WORDS),
            Arbitraries.of(MutatedJson.PIECES));
    Arbitrary<String> list =
        anyValue(depth - 1).list().ofMaxSize(3).map(all -> "[" + String.join(",", all) + "]");
    Arbitrary<String> object =
        Combinators.combine(key, anyValue(depth - 1))
            .as((name, value) -> quoted(name) + ":" + value)
            .list()
            .ofMaxSize(4)
            .map(all -> "{" + String.join(",", all) + "}");
    return Arbitraries.oneOf(scalar, list, object);
  }

  private static String quoted(String text) {
    try {
      return new JsonMapper().writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Property
  void read_anyValueAsEntry_isTheSameFromFileAndTree(@ForAll("anyValue") String entry)
      throws JsonProcessingException {
    PoolList fromFile = ConfigText.read("{\"resourceList\": [%s]}".formatted(entry));
    assertConsistent(fromFile);

    JsonNode tree = new JsonMapper().readTree("[%s]".formatted(entry));
    PoolList fromTree = new PoolListReader("intel.com").read(tree, "resourceList");
    assertConsistent(fromTree);
    assertEquals(fromFile.isSound(), fromTree.isSound());
  }

  private static void assertConsistent(PoolList list) {
    assertTrue(!list.pools().isEmpty() || !list.isSound(), "neither pools nor errors");
    Set<ResourceName> names = new HashSet<>();
    list.pools().forEach(pool -> assertTrue(names.add(pool.resource()), "twice " + pool));
    for (Finding finding : list.findings()) {
      assertTrue(finding.toString().length() < 1000, finding.toString());
      assertFalse(finding.toString().chars().anyMatch(Character::isISOControl), finding.toString());
    }
  }
}
