package io.myriapod.deviceplugin.config;

import static io.myriapod.deviceplugin.config.ConfigText.lines;
import static io.myriapod.deviceplugin.config.ConfigText.ofEntry;
import static io.myriapod.deviceplugin.config.ConfigText.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every input has a bound: what is just within is read, what is beyond is one short error. */
class PoolListBoundsTest {
  private static final String LIST = "{\"resourceList\": [%s]}";

  @Test
  void file_ofTenMegabytes_isRefused() {
    String huge = LIST.formatted("{\"resourceName\": \"a\"}") + " ".repeat(10 << 20);

    assertSingleError("has more than 1048576 bytes", read(huge));
  }

  @Test
  void file_ofMostBytes_isRead() {
    String text = LIST.formatted("{\"resourceName\": \"a\"}");
    String padded = text + " ".repeat(FileContent.MAX_BYTES - text.length());

    assertEquals(1, read(padded).pools().size());
    assertSingleError("has more than 1048576 bytes", read(padded + " "));
  }

  @Test
  void nesting_deep_isRefused() {
    assertSingleError("is nested deeper than 32 levels", read("[".repeat(200_000)));
    assertSingleError("is nested deeper than 32 levels", read("{\"a\":".repeat(100_000)));
  }

  @Test
  void nesting_ofWhatIsNotKnown_mayReachTheBound() {
    int rest = ConfigTree.MAX_DEPTH - 3; // the whole, the list, the entry
    assertTrue(nested(rest).isSound());
    assertSingleError("is nested deeper than 32 levels", nested(rest + 1));
  }

  private static PoolList nested(int depth) {
    return ofEntry(
        "\"resourceName\": \"a\", \"x\": %s%s".formatted("[".repeat(depth), "]".repeat(depth)));
  }

  @Test
  void values_tooMany_areRefused() {
    assertSingleError(
        "has more than 65536 values", read(LIST.formatted("0,".repeat(70_000) + "0")));
  }

  @Test
  void entries_mostAndOneMore() {
    assertEquals(PoolReader.MAX_SELECTORS * 4, PoolListReader.MAX_POOLS);
    assertEquals(256, read(entries(256)).pools().size());
    PoolList tooMany = read(entries(257));
    assertEquals(0, tooMany.pools().size());
    assertEquals(
        Stream.of("ERROR resourceList: has 257 elements: want at most 256").toList(),
        lines(tooMany));
  }

  private static String entries(int number) {
    return LIST.formatted(
        IntStream.range(0, number)
            .mapToObj("{\"resourceName\": \"vfs-%d\"}"::formatted)
            .collect(Collectors.joining(",")));
  }

  @Test
  void selectors_mostAndOneMore() {
    String fields = "\"resourceName\": \"a\", \"selectors\": [%s{}]";
    assertEquals(64, ofEntry(fields.formatted("{},".repeat(63))).pools().get(0).selectors().size());
    assertSingleError(
        "has 65 elements: want at most 64", ofEntry(fields.formatted("{},".repeat(64))));
  }

  @Test
  void valuesOfAKey_mostAndOneMore() {
    String fields = "\"resourceName\": \"a\", \"selectors\": {\"pfNames\": [%s\"p0\"]}";
    assertEquals(
        1024,
        ofEntry(fields.formatted("\"p1\",".repeat(1023)))
            .pools()
            .get(0)
            .selectors()
            .get(0)
            .pfNames()
            .size());
    assertSingleError(
        "has 1025 elements: want at most 1024", ofEntry(fields.formatted("\"p1\",".repeat(1024))));
  }

  @Test
  void texts_longestAndOneMore() {
    String fields = "\"resourceName\": \"a\", \"selectors\": {\"ddpProfiles\": [\"%s\"]}";
    assertTrue(ofEntry(fields.formatted("x".repeat(4096))).isSound());
    assertSingleError(
        "has 4097 characters: want at most 4096", ofEntry(fields.formatted("x".repeat(4097))));
  }

  @Test
  void additionalInfo_ofOneDevice_mostCharacters() {
    String fields =
        "\"resourceName\": \"a\", \"additionalInfo\": {\"*\": {\"a\": \"%s\", \"b\": \"%s\"}}";
    assertTrue(ofEntry(fields.formatted("x".repeat(4094), "x".repeat(4096))).isSound());
    assertSingleError(
        "has 8193 characters: want at most 8192",
        ofEntry(fields.formatted("x".repeat(4095), "x".repeat(4096))));
  }

  @Test
  void additionalInfo_mostDevices() {
    assertTrue(devices(1024).isSound());
    assertSingleError("has 1025 devices: want at most 1024", devices(1025));
  }

  private static PoolList devices(int number) {
    return ofEntry(
        "\"resourceName\": \"a\", \"additionalInfo\": {%s}"
            .formatted(
                IntStream.range(0, number)
                    .mapToObj("\"mlx5_core.sf.%d\": {}"::formatted)
                    .collect(Collectors.joining(","))));
  }

  @Test
  void findings_many_areCounted() {
    String unknown =
        IntStream.range(0, 300).mapToObj("\"k%d\": 0"::formatted).collect(Collectors.joining(","));
    PoolList list =
        ofEntry(
            "%s, \"resourceName\": \"a\", \"selectors\": {\"vendors\": [%s0]}"
                .formatted(unknown, "0,".repeat(149)));

    assertEquals(202, list.findings().size());
    assertEquals(
        Stream.of(
                "ERROR : 50 more errors are not listed",
                "WARNING : 200 more warnings are not listed")
            .toList(),
        lines(list).subList(200, 202));
    assertEquals(0, list.pools().size());
  }

  @Test
  void findings_thatShowWhatIsWritten_areShort() {
    String long4096 = "x".repeat(4096);
    PoolList list =
        ofEntry(
            """
            "resourceName": "%1$s", "resourcePrefix": "%1$s", "deviceType": "%1$s", "%1$s": 1,
            "driver": "%1$s", "carrier": "%1$s", "additionalInfo": {"%1$s": 1},
            "excludeTopology": "%1$s"
            """
                .formatted(long4096));

    assertEquals(8, list.findings().size());
    list.findings().forEach(one -> assertTrue(one.toString().length() < 400, one.toString()));
  }

  @Test
  void number_ofAMillionDigits_isShownShort() {
    PoolList list = ofEntry("\"resourceName\": " + "1".repeat(1_000_000));

    assertEquals(1, list.findings().size());
    assertTrue(list.findings().get(0).toString().length() < 400);
  }

  private static void assertSingleError(String end, PoolList list) {
    assertEquals(1, list.findings().size(), list.findings().toString());
    assertTrue(list.findings().get(0).isError());
    assertTrue(list.findings().get(0).sentence().endsWith(end), list.findings().toString());
    assertEquals(0, list.pools().size());
  }
}
