package io.myriapod.cni.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkListTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'cniVersion':'0.3.1' | 0.3.1",
        "'x':1 | 0.1.0",
        "'cniVersions':['0.3.1','1.1.0','1.0.0'] | 1.1.0",
        "'cniVersion':'1.0.0','cniVersions':['0.4.0'] | 1.0.0",
        "'cniVersion':'0.4.0','cniVersions':['1.0.0','1.2.0','2'] | 1.0.0",
        "'cniVersion':'1.3.0','cniVersions':['1.0.0'] | 1.0.0",
        "'cniVersions':[] | 0.1.0",
      })
  void parse_versions_picksTheNewestThatWeKnow(String keys, String picked) {
    assertEquals(CniVersion.parse(picked), list(keys + ",'plugins':[{'type':'a'}]").cniVersion());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'cniVersion':'1.2.0' | 1 | \"1.2.0\"",
        "'cniVersion':'junk' | 1 | \"junk\"",
        "'cniVersions':['1.2.0'] | 1 | \"1.2.0\"",
        "'cniVersions':['one'] | 7 | \"cniVersions\" is \"one\"",
        "'cniVersions':'1.0.0' | 7 | want a list",
        "'disableCheck':'maybe' | 7 | \"disableCheck\" is \"maybe\"",
        "'disableGC':1 | 7 | \"disableGC\" is \"1\"",
        "'loadOnlyInlinedPlugins':[] | 7 | \"loadOnlyInlinedPlugins\"",
      })
  void parse_badKey_namesKeyAndValue(String keys, int code, String finding) {
    var e = assertThrows(CniException.class, () -> list(keys + ",'plugins':[{'type':'a'}]").name());
    assertEquals(code, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'plugins':[] | no plugins in list",
        "'plugins':{} | want a list",
        "'plugins':[1] | plugins[0]",
        "'plugins':[{'x':1}] | plugin 0: \"type\" is missing",
        "'plugins':[{'type':'../sh'}] | \"type\" is \"../sh\"",
        "'plugins':[{'type':'..'}] | \"type\" is \"..\"",
        "'plugins':[{'type':'a\\ud800'}] | want the name of a plugin",
        "'plugins':[{'type':'a\\u0000'}] | want the name of a plugin",
        "'plugins':[{'type':'hä'}] | want the name of a plugin",
        "'loadOnlyInlinedPlugins':true | there is no \"plugins\"",
      })
  void parse_badPlugins_isCode7(String keys, String finding) {
    var e = assertThrows(CniException.class, () -> list(keys));
    assertEquals(7, e.code());
    assertTrue(e.getMessage().contains(finding), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/x", "../x", "a b", ".a", "a/b", "ü"})
  void parse_badName_isCode7(String name) {
    byte[] json = bytes("{'name':'%s','plugins':[{'type':'a'}]}".formatted(name));
    assertEquals(7, assertThrows(CniException.class, () -> NetworkList.parse(json)).code());
  }

  @Test
  void parse_flagsAsText_areRead() {
    NetworkList list =
        list("'disableCheck':'TRUE','disableGC':true,'loadOnlyInlinedPlugins':'false'");

    assertTrue(list.disableCheck());
    assertTrue(list.disableGC());
    assertFalse(list.loadOnlyInlinedPlugins());
    assertTrue(list.plugins().isEmpty());
  }

  @Test
  void forPlugin_capabilities_onlyThoseThatItHas() {
    NetworkList list =
        list(
            "'cniVersion':'1.0.0','plugins':[{'type':'a','z':1.50,'capabilities':"
                + "{'mac':true,'ips':false},'cni.dev/x':1,'b':[12345678901234567890]},{'type':'b'}]");
    Map<String, JsonNode> args =
        Map.of("mac", TextNode.valueOf("m"), "ips", IntNode.valueOf(1), "dns", IntNode.valueOf(2));

    assertEquals(Set.of("mac"), list.capabilities(0));
    assertEquals(
        "{'cniVersion':'1.0.0','name':'n','type':'a','z':1.50,'b':[12345678901234567890],"
            + "'runtimeConfig':{'mac':'m'},'prevResult':{'x':1}}",
        text(list.forPlugin(0, args, Optional.of(Json.object().put("x", 1)))));
    assertEquals(
        "{'cniVersion':'1.0.0','name':'n','type':'b'}",
        text(list.forPlugin(1, args, Optional.empty())));
  }

  @Test
  void forPlugin_otherSpellingsOfGeneratedKeys_areReplaced() {
    NetworkList list =
        list(
            "'plugins':[{'Name':'evil','CNIVERSION':'9','PrevResult':{},'type':'a',"
                + "'Capabilities':{'mac':true},'RuntimeConfig':{'mac':'evil'}}]");

    assertEquals(
        "{'cniVersion':'0.1.0','name':'n','type':'a','runtimeConfig':{'mac':'good'}}",
        text(list.forPlugin(0, Map.of("mac", TextNode.valueOf("good")), Optional.empty())));
  }

  @Test
  void parseAny_singlePlugin_isAListOfOne() {
    NetworkList list =
        NetworkList.parseAny(
            bytes("{'cniVersion':'0.3.1','type':'macvlan','mtu':9000}"), Optional.of("storage"));

    assertFalse(list.isList());
    assertEquals("storage", list.name());
    assertEquals(
        "{'cniVersion':'0.3.1','name':'storage','type':'macvlan','mtu':9000}",
        text(list.forPlugin(0, Map.of(), Optional.empty())));
  }

  @Test
  void parseAny_ownName_isKept() {
    byte[] json = bytes("{'name':'own','plugins':[{'type':'a'}]}");
    NetworkList list = NetworkList.parseAny(json, Optional.of("other"));
    assertTrue(list.isList());
    assertEquals("own", list.name());
  }

  @Test
  void mapPlugins_change_isInEveryDerivedConfig() {
    NetworkList list =
        list("'plugins':[{'type':'a'},{'type':'b'}]")
            .mapPlugins(plugin -> plugin.with("deviceID", TextNode.valueOf("0000:01:10.2")));

    for (int i = 0; i < 2; i++) {
      NetworkConfig derived = list.forPlugin(i, Map.of(), Optional.empty());
      assertEquals(Optional.of("0000:01:10.2"), derived.root().string("deviceID"));
    }
  }

  @Test
  void parse_tooManyPlugins_isCode7() {
    String plugins = "{'type':'a'},".repeat(65);
    String keys = "'plugins':[" + plugins.substring(0, plugins.length() - 1) + "]";
    assertEquals(7, assertThrows(CniException.class, () -> list(keys)).code());
  }

  private static NetworkList list(String keys) {
    return NetworkList.parse(bytes("{'name':'n'," + keys + "}"));
  }

  private static String text(NetworkConfig config) {
    return new String(config.bytes(), StandardCharsets.UTF_8).replace('"', '\'');
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
