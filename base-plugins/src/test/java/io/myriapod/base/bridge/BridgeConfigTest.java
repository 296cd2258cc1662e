package io.myriapod.base.bridge;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeConfigTest {
  @Test
  void parse_emptyConfig_hasTheReferencesDefaults() {
    BridgeConfig config = parse("");

    assertEquals("cni0", config.bridge().value());
    assertFalse(config.gateway());
    assertFalse(config.defaultGateway());
    assertFalse(config.forceAddress());
    assertFalse(config.masquerade());
    assertFalse(config.hairpin());
    assertFalse(config.promiscuous());
    assertEquals(Optional.empty(), config.mtu());
    assertEquals(Optional.empty(), config.mac());
    assertEquals(DadPolicy.OPTIMISTIC, config.dad());
  }

  @Test
  void parse_everyKey_isRead() {
    BridgeConfig config =
        parse(
            "'bridge':'br9','isGateway':true,'forceAddress':true,'ipMasq':true,'mtu':1400,"
                + "'ipMasqBackend':'nftables','hairpinMode':true,'dad':'wait',"
                + "'runtimeConfig':{'mac':'02:00:00:00:00:01'}");

    assertEquals("br9", config.bridge().value());
    assertTrue(config.gateway() && config.forceAddress() && config.masquerade());
    assertTrue(config.hairpin());
    assertEquals(Optional.of(1400), config.mtu());
    assertEquals("02:00:00:00:00:01", config.mac().orElseThrow().toString());
    assertEquals(DadPolicy.WAIT, config.dad());
  }

  @Test
  void parse_defaultGateway_makesItAGateway() {
    assertTrue(parse("'isDefaultGateway':true").gateway());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'enabledad':true | WAIT",
        "'enabledad':false | NONE",
        "'enabledad':true,'dad':'optimistic' | OPTIMISTIC",
        "'enabledad':false,'dad':'none' | NONE",
        "'dad':'optimistic' | OPTIMISTIC",
        "'hairpinMode':true | NONE",
        "'hairpinMode':true,'enabledad':true | WAIT",
      })
  void parse_dad_ownKeyIsFinerThanTheReferences(String keys, DadPolicy policy) {
    assertEquals(policy, parse(keys).dad());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'bridge':'sixteen-letters0' | bridge | \"sixteen-letters0\" | an interface name",
        "'bridge':'a/b' | bridge | \"a/b\" | an interface name",
        "'bridge':5 | bridge | 5 | a string",
        "'mtu':67 | mtu | 67 | 0 or a whole number from 68 to 65535",
        "'mtu':65536 | mtu | 65536 | from 0 to 65535",
        "'mtu':-1 | mtu | -1 | from 0 to 65535",
        "'mtu':'1500' | mtu | \"1500\" | a whole number",
        "'isGateway':'true' | isGateway | \"true\" | true or false",
        "'isDefaultGateway':1 | isDefaultGateway | 1 | true or false",
        "'forceAddress':'no' | forceAddress | \"no\" | true or false",
        "'ipMasq':'yes' | ipMasq | \"yes\" | true or false",
        "'hairpinMode':[] | hairpinMode | a list | true or false",
        "'promiscMode':{} | promiscMode | an object | true or false",
        "'enabledad':'x' | enabledad | \"x\" | true or false",
        "'dad':'x' | dad | \"x\" | none, optimistic, wait",
        "'runtimeConfig':{'mac':'x'} | runtimeConfig.mac | \"x\" | a unicast Ethernet address",
        "'args':{'cni':{'mac':'01:00:00:00:00:01'}} | args.cni.mac | \"01:00:00:00:00:01\" | unicast",
      })
  void parse_badValue_namesKeyValueAndAllowed(
      String keys, String key, String value, String allowed) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertAll(
        () -> assertEquals(ErrorCode.INVALID_CONFIG, e.code()),
        () -> assertTrue(e.getMessage().contains("\"" + key + "\" is " + value), e::getMessage),
        () -> assertTrue(e.getMessage().contains(allowed), e::getMessage));
  }

  @Test
  void parse_hairpinAndPromiscuous_contradictEachOther() {
    CniException e =
        assertThrows(CniException.class, () -> parse("'hairpinMode':true,'promiscMode':true"));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("promiscMode"), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'vlan':5", "'macspoofchk':true", "'portIsolation':true", "'builtin':false"})
  void parse_keyThatOnlyNewerReferencesKnow_isNeverDropped(String keys) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertEquals(ErrorCode.UNSUPPORTED_FIELD, e.code());
  }

  @Test
  void report_keysOfNewerReferencesThatAskForNothing_areNone() {
    PluginRequest request = request("'strict':true,'vlan':0,'macspoofchk':false");

    BridgeConfig.parse(request);
    UnusedKeys.report(request.config());
  }

  @Test
  void report_unknownKeyWithStrict_isAnErrorThatNamesIt() {
    PluginRequest request = request("'strict':true,'hairpin':true");

    BridgeConfig.parse(request);
    CniException e = assertThrows(CniException.class, () -> UnusedKeys.report(request.config()));

    assertEquals(ErrorCode.UNSUPPORTED_FIELD, e.code());
    assertTrue(e.getMessage().contains("\"hairpin\" is true"), e::getMessage);
  }

  static BridgeConfig parse(String keys) {
    return BridgeConfig.parse(request(keys));
  }

  private static PluginRequest request(String keys) {
    return new PluginRequest(
        new ContainerId("c1"),
        new InterfaceName("eth0"),
        Optional.of(Path.of("/run/netns/x")),
        CniArgs.empty(),
        BridgeLab.config(keys),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(1)),
        List.of());
  }
}
