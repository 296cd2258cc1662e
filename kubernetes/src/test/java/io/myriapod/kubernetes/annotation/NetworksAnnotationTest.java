package io.myriapod.kubernetes.annotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.types.InterfaceName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksAnnotationTest {

  @Test
  void parse_shortForm_takesEveryPart() {
    List<NetworkSelection> read = parse(" a , other/b@eth7,c@lan ").selections();

    assertEquals(List.of("pod-ns/a", "other/b", "pod-ns/c"), names(read));
    assertEquals(Optional.empty(), read.get(0).interfaceName());
    assertEquals(Optional.of(new InterfaceName("eth7")), read.get(1).interfaceName());
    assertEquals(SelectionOptions.NONE, read.get(2).options());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\n"})
  void parse_blankText_asksForNothing(String text) {
    assertEquals(List.of(), parse(text).selections());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,",
        ",a",
        "a,,b",
        "a/b/c",
        "a@b@c",
        "a@",
        "/a",
        "a/",
        "A",
        "a.b",
        "a_b",
        "-a",
        "a-",
        "a@sixteen-chars-xx",
        "a@x/y",
        "a@x y",
        "a@..",
        "../a",
        "a b"
      })
  void parse_badShortForm_isRefused(String text) {
    var refused = refusal(text);

    assertTrue(refused.startsWith("element "), refused);
  }

  @Test
  void parse_shortFormNameOf64Letters_isRefused() {
    assertEquals(1, parse("x".repeat(63)).selections().size());
    assertTrue(refusal("x".repeat(64)).contains("at most 63"));
  }

  @Test
  void parse_sameNetworkTwice_isTwoSelections() {
    assertEquals(List.of("pod-ns/a", "pod-ns/a"), names(parse("a,a").selections()));
  }

  @Test
  void parse_jsonList_keepsOrderAndDefaultsNamespace() {
    var read = parse("[{\"name\":\"b\"},{\"name\":\"a\",\"namespace\":\"x\",\"interface\":\"n\"}]");

    assertEquals(List.of("pod-ns/b", "x/a"), names(read.selections()));
    assertEquals(Optional.of(new InterfaceName("n")), read.selections().get(1).interfaceName());
    assertEquals(List.of(), read.findings());
  }

  @Test
  void parse_emptyJsonList_asksForNothing() {
    assertEquals(List.of(), parse("[]").selections());
  }

  @Test
  void parse_loneObject_isRefused() {
    assertEquals(
        "text is a lone object: want a list such as [{\"name\": \"a\"}, {\"name\": \"b\"}]",
        refusal("{\"name\":\"a\"}"));
  }

  @Test
  void parse_loneString_isRefused() {
    assertTrue(refusal("\"a\"").startsWith("text is a lone string"));
  }

  @Test
  void parse_notJson_saysWhere() {
    var refused = refusal("[{\"name\": \"a\"");

    assertTrue(refused.startsWith("text is not JSON"), refused);
    assertTrue(refused.contains("line 1 column"), refused);
  }

  @Test
  void parse_textBehindTheList_isRefused() {
    assertTrue(refusal("[{\"name\":\"a\"}] x").startsWith("text is not JSON"));
  }

  @Test
  void parse_deepNesting_isRefused() {
    assertTrue(refusal("[".repeat(5000)).startsWith("text is not JSON"));
  }

  @Test
  void parse_exponentBeyondAllBounds_isRefused() {
    String text = "[{\"name\":\"a\",\"cni-args\":{\"x\":1e99999999999999999999999}}]";

    assertTrue(refusal(text).startsWith("text has a number that cannot be read"));
  }

  @Test
  void parse_elementThatIsNoObject_isRefused() {
    assertEquals(
        "element 2 is string: want an object with \"name\"", refusal("[{\"name\":\"a\"},\"b\"]"));
    assertTrue(refusal("[null]").startsWith("element 1 is null"));
  }

  @Test
  void parse_thousandElements_isRefused() {
    assertEquals("1000 elements: want at most 128", refusal("a" + ",a".repeat(999)));
    assertEquals(
        "1000 elements: want at most 128",
        refusal("[{\"name\":\"a\"}" + ",{\"name\":\"a\"}".repeat(999) + "]"));
  }

  @Test
  void parse_tenMegabytes_isRefused() {
    assertEquals(
        "text of 10485760 characters: want at most 262144 bytes",
        refusal("x".repeat(10 * 1024 * 1024)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'name':''|\"name\" is missing",
        "'name':null|\"name\" is missing",
        "'name':5|want a string",
        "'name':'a/b'|want lower case",
        "'name':'../../x'|want lower case",
        "'name':'a.b'|want lower case",
        "'name':'a','namespace':'x.y'|\"namespace\"",
        "'name':'a','interface':'a/b'|must not have",
        "'name':'a','interface':'sixteen-chars-xx'|at most 15",
      })
  void parse_badJsonNames_areRefused(String members, String part) {
    var refused = refusal("[{" + members.replace('\'', '"') + "}]");

    assertTrue(refused.contains(part), refused);
  }

  @Test
  void parse_dottedNameInMultusDialect_isTaken() {
    var read = NetworksAnnotation.parse("[{\"name\":\"a.b\"}]", "pod-ns", Dialect.MULTUS);

    assertEquals(List.of("pod-ns/a.b"), names(read.selections()));
  }

  @Test
  void parse_keysInOtherCase_areTakenAsGoDoes() {
    var read = parse("[{\"Name\":\"a\",\"IPS\":[\"10.1.2.3\"]}]");

    assertEquals(List.of("pod-ns/a"), names(read.selections()));
    assertEquals(List.of("10.1.2.3"), read.selections().get(0).options().ips());
    assertEquals(List.of(), read.findings());
  }

  @Test
  void parse_unknownKey_isAFinding() {
    var read = parse("[{\"name\":\"a\",\"vlan\":5}]");

    assertEquals(List.of("element 1: key \"vlan\" has no effect"), read.findings());
  }

  static NetworksAnnotation parse(String text) {
    return NetworksAnnotation.parse(text, "pod-ns", Dialect.NPWG);
  }

  static String refusal(String text) {
    return assertThrows(InvalidAnnotationException.class, () -> parse(text)).getMessage();
  }

  private static List<String> names(List<NetworkSelection> selections) {
    return selections.stream().map(NetworkSelection::qualifiedName).toList();
  }
}
