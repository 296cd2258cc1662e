package io.myriapod.kubernetes.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where values of a manifest stand in its file. */
class PlacedManifestsTest {
  private static List<PlacedObject> read(String text, boolean json)
      throws UnreadableManifestException {
    return PlacedManifests.read(text.getBytes(StandardCharsets.UTF_8), json, "default");
  }

  /** The place of the mark ¦ is asked of the value {@code k}, whose text has a Q there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k: ¦Q plain",
        "k: plain ¦Q",
        "k: 'sin''gle ''¦Q'",
        "k: \"dou\\\"ble \\u00e4\\x41 \\U0001F600 ¦Q\"",
        "k: \"joined \\\n   ¦Q\"",
        "k: |\r\n  one\r\n  two ¦Q\r\n",
        "k: 'one\r\n  two ¦Q'\r\n",
        "\"\ud83d\ude00\": x\nk: '\ud83d\ude00 ¦Q'",
        "{\"\ud83d\ude00\": 1, k: '¦Q'}",
        "k: one\n  two\n\n  ¦Q three",
        "k: 'one\n\n\n  two ¦Q'",
        "k: |\n  one\n   two ¦Q\n",
        "k: |2-\n    indented\n\n  ¦Q",
        "# before\n---\nx: 1\nk: &a |+\n    one\n    ¦Q\n\n",
      })
  void text_eachStyle_isMappedToTheFile(String marked) throws UnreadableManifestException {
    int mark = marked.indexOf('¦');
    String text = marked.replace("¦", "");

    PlacedText value = read(text, false).get(0).text(List.of("k")).orElseThrow();

    assertEquals(new SourceText(text).at(mark), value.atOffset(value.value().indexOf('Q')));
  }

  @Test
  void text_foldedBlock_isAtItsBeginning() throws UnreadableManifestException {
    PlacedText value = read("k: >\n  one\n  two\n", false).get(0).text(List.of("k")).orElseThrow();

    assertEquals(new Place(1, 4), value.atOffset(5));
  }

  @Test
  void text_aliasOfAnotherValue_isThatValues() throws UnreadableManifestException {
    PlacedText value = read("a: &n text\nk: *n\n", false).get(0).text(List.of("k")).orElseThrow();

    assertEquals("text", value.value());
    assertEquals(1, value.begin().line());
  }

  @Test
  void read_emptyDocumentsAndLists_objectsKeepTheirPlaces() throws UnreadableManifestException {
    String text =
        """
        ---
        # nothing
        ---
        kind: a
        ---
        ~
        ---
        kind: PodList
        items:
          - kind: b
          - kind: c
        """;

    List<PlacedObject> objects = read(text, false);

    assertEquals(List.of("a", "b", "c"), objects.stream().map(PlacedObject::kind).toList());
    assertEquals(
        List.of(new Place(4, 1), new Place(10, 5), new Place(11, 5)),
        objects.stream().map(object -> object.at(List.of("kind"))).toList());
  }

  @Test
  void read_severalJsonValues_eachHasItsPlaces() throws UnreadableManifestException {
    List<PlacedObject> objects =
        read("{\"kind\": \"a\", \"k\": {\"x\": [1]}}\n {\"kind\": \"b\",\n  \"k\": \"y\"}", true);

    assertEquals(new Place(2, 2), objects.get(1).at(List.of()));
    assertEquals(new Place(3, 3), objects.get(1).at(List.of("k")));
    assertEquals(new Place(3, 9), objects.get(1).text(List.of("k")).orElseThrow().begin());
    assertEquals(new Place(1, 21), objects.get(0).at(List.of("k", "x", "7")));
  }

  @Test
  void read_noObjects_areNeitherPodsNorNetworks() throws UnreadableManifestException {
    for (boolean json : List.of(false, true)) {
      PlacedObject list = read("[{\"kind\": \"Pod\"}, 2, 3]", json).get(0);

      assertEquals(Optional.empty(), list.pod());
      assertEquals(Optional.empty(), list.network());
      assertEquals("", list.kind());
    }
  }

  @Test
  void read_tagThatTheValueIsNot_isRefused() {
    assertEquals(Place.FIRST, placeOf("x: !!int {}\n", false));
  }

  @Test
  void read_broken_tellsThePlace() {
    assertEquals(new Place(2, 2), placeOf("a: [1\nb: 2\n", false));
    assertEquals(new Place(2, 1), placeOf("{\"a\": 1,\n}", true));
    assertEquals(Place.FIRST, placeOf("x".repeat(PlacedManifests.MAX_BYTES + 1), false));
  }

  private static Place placeOf(String text, boolean json) {
    return assertThrows(UnreadableManifestException.class, () -> read(text, json)).place();
  }

  @Test
  void keys_ofJsonText_areFoundInAnyCase() {
    PlacedText text = PlacedText.ofFile("{\"ipam\":\n {\"Ranges\": [[{}, {\"subnet\": 1}]]}}");

    assertEquals(new Place(2, 20), text.atKey("ipam.ranges[0][1].SUBNET"));
    assertTrue(text.hasKey("ipam.ranges[0][1]"));
    assertFalse(text.hasKey("ipam.ranges[0][2]"));
    assertEquals(new Place(2, 3), text.atKey("ipam.ranges[2]"));
  }

  @Test
  void keys_ofBrokenText_areFoundAsFarAsItIsRead() {
    PlacedText text = PlacedText.ofFile("{\"a\": 1, \"b\" 2}");

    assertTrue(text.hasKey("a"));
    assertFalse(text.hasKey("b.c"));
  }

  @Test
  void requests_ofContainers_areTheirLimitsOfDevices() throws UnreadableManifestException {
    String text =
        """
        spec:
          initContainers:
            - {name: i, resources: {limits: {x/y: 1}}}
          containers:
            - {name: c, resources: {limits: {cpu: 2, x/y: "2", x/z: many, x/w: 0}}}
        """;

    assertEquals(
        List.of(
            new RequestedResource("i", true, "x/y", 1),
            new RequestedResource("c", false, "x/y", 2)),
        RequestedResource.of(read(text, false).get(0)));
  }
}
