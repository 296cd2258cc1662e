package io.myriapod.deviceplugin.config;

import static io.myriapod.deviceplugin.config.ConfigText.lines;
import static io.myriapod.deviceplugin.config.ConfigText.ofEntry;
import static io.myriapod.deviceplugin.config.ConfigText.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.myriapod.deviceplugin.config.Finding.Position;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong between entries, or with the file as a whole. */
class PoolListWholeTest {

  @Test
  void key_moreThanOnce_theLastOneCounts() {
    PoolList list =
        ofEntry(
            "\"resourceName\": \"a\", \"selectors\": {\"vendors\": [\"8086\"], \"vendors\": [],"
                + " \"Vendors\": [\"15b3\"]}");

    assertEquals(
        List.of(
            "WARNING resourceList[0].selectors.vendors: \"vendors\" is there more than once: this"
                + " one counts, what is before it does not",
            "WARNING resourceList[0].selectors.Vendors: \"vendors\" is there more than once: this"
                + " one counts, what is before it does not"),
        lines(list));
    assertEquals(Set.of("15b3"), list.pools().get(0).selectors().get(0).vendors());
  }

  @Test
  void name_thatIsThereAlready_isAnErrorWithBothPlaces() {
    PoolList list =
        read(
            """
            {"resourceList": [
              {"resourceName": "a", "driver": "vfio-pci"},
              {"resourceName": "a", "resourcePrefix": "b.c"},
              {"resourcePrefix": "intel.com", "resourceName": "a"}]}
            """);

    assertEquals(
        List.of(
            "resourceList[2].resourceName (line 4, column 51): resource intel.com/a is there"
                + " already: resourceList[0].resourceName, line 2"),
        list.findings().stream().map(Finding::toString).toList());
    assertEquals(
        List.of("intel.com/a", "b.c/a"),
        list.pools().stream().map(pool -> pool.resource().toString()).toList());
    assertEquals(Optional.of("vfio-pci"), list.pools().get(0).driver());
  }

  @Test
  void variables_ofTwoResourcesWithOneName_areAWarningWithBothPlaces() {
    PoolList list =
        read(
            """
            {"resourceList": [
              {"resourceName": "a-b"},
              {"resourceName": "a_b"},
              {"resourceName": "A-b"},
              {"resourceName": "com_x", "resourcePrefix": "intel"},
              {"resourceName": "x"},
              {"resourceName": "x_info"},
              {"resourceName": "a-c"}]}
            """);

    assertEquals(
        List.of(
            shared("[1]", 3, "A_B", "[0].resourceName, line 2"),
            shared("[2]", 4, "A-B", "[0].resourceName, line 2"),
            shared("[4]", 6, "X", "[3].resourceName, line 5"),
            shared("[5]", 7, "X_INFO", "[3].resourceName, line 5")),
        list.findings().stream().map(Finding::toString).toList());
    assertTrue(list.isSound());
    assertEquals(7, list.pools().size());
  }

  private static String shared(String entry, int line, String variable, String first) {
    return ("resourceList%s.resourceName (line %d, column 20): variable PCIDEVICE_INTEL_COM_%s is"
            + " also of resourceList%s: a container with devices of both sees one of the two")
        .formatted(entry, line, variable, first);
  }

  @Test
  void prefix_thatCdiDoesNotKnow_isAnErrorWhereCdiIsUsed() throws IOException {
    String text =
        """
        [{"resourceName": "a", "resourcePrefix": "1and1.org"}, {"resourceName": "b"},
         {"resourceName": "c", "resourcePrefix": "and1.org"}]""";

    PoolList list =
        new PoolListReader("3com.com", true).read(new ObjectMapper().readTree(text), "list");

    assertEquals(
        List.of(
            "ERROR list[0].resourcePrefix: resource prefix \"1and1.org\": CDI wants one that begins"
                + " with a letter",
            "ERROR list[1]: resource prefix \"3com.com\": CDI wants one that begins with a letter"),
        lines(list));
    assertEquals(
        List.of("and1.org/c"),
        list.pools().stream().map(pool -> pool.resource().toString()).toList());
    assertEquals(List.of(), lines(read("{\"resourceList\": %s}".formatted(text))));
  }

  @Test
  void name_thatABrokenEntryHas_isThereAlready() {
    PoolList list =
        read(
            "{\"resourceList\": [{\"resourceName\": \"a\", \"carrier\": 1}, {\"resourceName\": \"a\"}]}");

    assertEquals(
        List.of("resourceList[0].carrier", "resourceList[1].resourceName"),
        list.findings().stream().map(Finding::place).toList());
    assertEquals(List.of(), list.pools());
  }

  @Test
  void entry_broken_leavesTheOthers() {
    PoolList list =
        read(
            "{\"resourceList\": [{\"resourceName\": \"a\"}, [],"
                + " {\"resourceName\": \"b\", \"selectors\": {\"pfNames\": [\"p0#x\", \"p0#y\"]}},"
                + " {\"resourceName\": \"c\"}]}");

    assertEquals(
        List.of("a", "c"), list.pools().stream().map(pool -> pool.resource().name()).toList());
    assertEquals(
        List.of(
            "resourceList[1]",
            "resourceList[2].selectors.pfNames[0]",
            "resourceList[2].selectors.pfNames[1]"),
        list.findings().stream().map(Finding::place).toList());
    assertFalse(list.isSound());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"resourceList\": null}",
        "{\"resourceList\": []}",
        "{\"resourceList\": {}}",
        "{\"resourceList\": \"a\"}",
        "[]",
        "null",
        "7",
        "\"x\"",
        "",
        " ",
        "{",
        "{]",
        "{\"resourceList\": [{\"resourceName\": \"a\"}]} x",
        "{\"resourceList\": [{\"resourceName\": \"a\"}]} {}",
        "{\"resourceList\": [{\"resourceName\": \"a\"},]}",
        "{'resourceList': [{\"resourceName\": \"a\"}]}",
        "// list\n{\"resourceList\": [{\"resourceName\": \"a\"}]}"
      })
  void file_withoutResources_isAnError(String text) {
    PoolList list = read(text);

    assertEquals(List.of(), list.pools());
    assertEquals(1, list.findings().size(), list.findings().toString());
    assertTrue(list.findings().get(0).isError());
    assertFalse(list.isSound());
  }

  @Test
  void file_thatIsNoJson_namesFileAndPosition() {
    Finding finding = read("{\"resourceList\":\n [{\"resourceName\" \"a\"}]}").findings().get(0);

    assertEquals(Optional.of(new Position(2, 19)), finding.position());
    assertTrue(
        finding.toString().matches("line 2, column 19: /.*\\.json is no JSON: Unexpected.*"),
        finding.toString());
  }

  @Test
  void file_trailingGarbage_isAnErrorWhereItBegins() {
    Finding finding =
        read("{\"resourceList\": [{\"resourceName\": \"a\"}]}\n\n {}").findings().get(0);

    assertEquals(Optional.of(new Position(3, 2)), finding.position());
    assertTrue(finding.sentence().endsWith(" goes on after the end of its JSON value"));
  }

  @Test
  void file_unknownKey_isAWarning() {
    PoolList list = read("{\"resources\": [], \"resourceList\": [{\"resourceName\": \"a\"}]}");

    assertEquals(
        List.of("WARNING resources: key \"resources\" is not known and has no effect"),
        lines(list));
    assertTrue(list.isSound());
  }

  @Test
  void positions_areThoseOfValuesAndOfUnknownKeys() {
    PoolList list =
        read(
            """
            {"resourceList": [
              {"resourceName": "a",
               "selectors": [
                 {"pfNames": ["p0#0-1",
                              "p0#3-1"], "ö": 1, "odd": 1}]},
              {"resourceName": 5}]}
            """);

    assertEquals(
        List.of(
            "resourceList[0].selectors[0][\"ö\"] (line 5, column 30): key \"ö\" is not known and has"
                + " no effect",
            "resourceList[0].selectors[0].odd (line 5, column 39): key \"odd\" is not known and has"
                + " no effect",
            "resourceList[0].selectors[0].pfNames[1] (line 5, column 19): range 3-1 ends before it"
                + " begins",
            "resourceList[1].resourceName (line 6, column 20): is the number 5: want a text in"
                + " quotes"),
        list.findings().stream().map(Finding::toString).toList());
  }
}
