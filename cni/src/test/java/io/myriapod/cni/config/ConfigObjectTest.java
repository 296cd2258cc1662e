package io.myriapod.cni.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigObjectTest {
  @Test
  void getters_goodValues_areTyped() {
    ConfigObject object =
        config(
                "{'MTU':1500,'on':true,'mac':'02:00:00:00:00:01','subnet':'10.1.2.0/24',"
                    + "'gateway':'fd00::1','mode':'vepa','list':['a','b'],'big':4294967295,"
                    + "'null':null,'empty':''}")
            .root();

    assertEquals(Optional.of(1500), object.integer("mtu", 0, 65536));
    assertTrue(object.bool("on", false));
    assertEquals(Optional.of(MacAddress.parse("02:00:00:00:00:01")), object.mac("mac"));
    assertEquals(Optional.of(IpPrefix.parse("10.1.2.0/24")), object.prefix("subnet"));
    assertTrue(object.address("gateway").isPresent());
    assertEquals(Optional.of(2), object.oneOf("mode", Map.of("bridge", 1, "vepa", 2)));
    assertEquals(List.of("a", "b"), object.strings("list"));
    assertEquals(Optional.of(4294967295L), object.number("big", 0, 4294967295L));
    assertEquals(Optional.empty(), object.integer("null", 0, 1));
    assertEquals(Optional.empty(), object.string("empty"));
    assertEquals(Optional.empty(), object.bool("absent"));
    assertTrue(object.bool("absent", true));
    assertEquals(List.of(), object.strings("absent"));
  }

  static Stream<Arguments> badReads() {
    return Stream.of(
        bad("{'mtu':'1500'}", o -> o.integer("mtu", 0, 9), "\"mtu\" is \"1500\""),
        bad("{'mtu':1.0}", o -> o.integer("mtu", 0, 9), "\"mtu\" is 1.0"),
        bad("{'mtu':10}", o -> o.integer("mtu", 0, 9), "from 0 to 9"),
        bad("{'mtu':1e99}", o -> o.integer("mtu", 0, 9), "\"mtu\" is "),
        bad("{'m':99999999999999999999}", o -> o.number("m", 0, 9), "99999999999999999999"),
        bad("{'on':'true'}", o -> o.bool("on"), "want true or false"),
        bad("{'s':1}", o -> o.string("s"), "want a string"),
        bad("{'s':{}}", o -> o.string("s"), "an object"),
        bad("{'o':[]}", o -> o.object("o"), "want an object"),
        bad("{'l':{}}", o -> o.strings("l"), "want a list"),
        bad("{'l':[1]}", o -> o.strings("l"), "want a list of strings"),
        bad("{'mac':'xx'}", o -> o.mac("mac"), "\"xx\""),
        bad("{'p':'10.0.0.0/33'}", o -> o.prefix("p"), "\"10.0.0.0/33\""),
        bad("{'a':'host'}", o -> o.address("a"), "\"host\""),
        bad("{'m':'x'}", o -> o.oneOf("m", Map.of("b", 1, "a", 2)), "one of a, b"),
        bad("{'i':{'x':1}}", o -> o.object("i").get().string("x"), "\"i.x\" is 1"),
        bad("{'r':[[{'s':1}]]}", o -> o.objectLists("r").get(0).get(0).string("s"), "r[0][0].s"));
  }

  private static Arguments bad(String json, Consumer<ConfigObject> read, String finding) {
    return Arguments.of(json, read, finding);
  }

  @ParameterizedTest
  @MethodSource("badReads")
  void getters_badValues_areCode7NamingKeyAndValue(
      String json, Consumer<ConfigObject> read, String finding) {
    ConfigObject object = ConfigObject.of(config(json).json(), "network \"n\"");

    var e = assertThrows(CniException.class, () -> read.accept(object));

    assertEquals(7, e.code());
    assertTrue(e.getMessage().startsWith("network \"n\": "), e.getMessage());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc", "../etc", "/a\\u0000b", "/a\\ud800b"})
  void path_relativeOrUnwritable_isCode7(String text) {
    var root = config("{'dir':'" + text + "'}").root();
    var e = assertThrows(CniException.class, () -> root.path("dir"));
    assertEquals(7, e.code());
    assertTrue(e.getMessage().contains("want an absolute path"), e.getMessage());
  }

  @Test
  void strings_thousandsOfElements_areRefused() {
    String json = "{'l':[" + "'a',".repeat(5000) + "'a']}";
    var e = assertThrows(CniException.class, () -> config(json).root().strings("l"));
    assertTrue(e.getMessage().contains("5001 elements"), e.getMessage());
  }

  @Test
  void unread_keysThatNobodyAskedFor_areNamedWithTheirPath() {
    ConfigObject root =
        config("{'a':1,'B':2,'ipam':{'type':'x','foo':1,'ranges':[[{'subnet':'s','bar':1}]]}}")
            .root();
    root.value("b");
    ConfigObject ipam = root.object("ipam").orElseThrow();
    ipam.string("type");
    ipam.objectLists("ranges").get(0).get(0).string("subnet");

    assertEquals(List.of("a", "ipam.foo", "ipam.ranges[0][0].bar"), root.unread());
  }

  @Test
  void unusedKeys_commonOnes_areNotNamed() {
    NetworkConfig config =
        config(
            "{'cniVersion':'1.1.0','name':'n','type':'t','args':{'cni':{'x':1}},'mtoo':1,"
                + "'runtimeConfig':{'mac':'y'},'cni.dev/x':1,'deviceID':'z'}");
    config.args();
    config.runtimeConfig();

    assertEquals(List.of("mtoo"), UnusedKeys.of(config));
  }

  @Test
  void unusedKeys_strict_isCode2NamingKeyAndValue() {
    NetworkConfig config = config("{'name':'n','type':'t','strict':true,'mtoo':1500}");

    var e = assertThrows(CniException.class, () -> UnusedKeys.of(config));

    assertEquals(2, e.code());
    assertTrue(e.getMessage().contains("\"mtoo\" is 1500"), e.getMessage());
  }

  @Test
  void unusedKeys_thousandsWithLineEnds_areShownOnOneShortLine() {
    String shown = UnusedKeys.shown(Collections.nCopies(5_000, "x\nINFO forged"));

    assertTrue(shown.endsWith("\"x?INFO forged\" and 4984 more"), shown);
    assertTrue(shown.length() < 500, shown);
  }

  static NetworkConfig config(String text) {
    return NetworkConfig.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
