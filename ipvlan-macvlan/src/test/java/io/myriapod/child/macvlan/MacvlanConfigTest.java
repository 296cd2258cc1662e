package io.myriapod.child.macvlan;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ParentSelector;
import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.linux.link.MacvlanMode;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacvlanConfigTest {
  @Test
  void parse_emptyConfig_hasTheReferencesDefaults() {
    MacvlanConfig config = parse("");

    assertInstanceOf(ParentSelector.ByDefaultRoute.class, config.parent());
    assertEquals(MacvlanMode.BRIDGE, config.mode());
    assertEquals(Optional.empty(), config.mtu());
    assertEquals(Optional.empty(), config.mac());
    assertEquals(Optional.empty(), config.broadcastQueueLength());
    assertEquals(DadPolicy.OPTIMISTIC, config.dad());
    assertEquals(false, config.linkInContainer());
  }

  @Test
  void parse_everyKey_isRead() {
    MacvlanConfig config =
        parse(
            "'master':'ens1f0','mode':'vepa','mtu':1400,'mac':'02:00:00:00:00:01',"
                + "'linkInContainer':true,'bcqueuelen':2000,'dad':'wait'");

    assertEquals("\"ens1f0\"", config.parent().toString());
    assertEquals(MacvlanMode.VEPA, config.mode());
    assertEquals(Optional.of(1400), config.mtu());
    assertEquals(Optional.of(MacAddress.parse("02:00:00:00:00:01")), config.mac());
    assertEquals(Optional.of(2000), config.broadcastQueueLength());
    assertEquals(true, config.linkInContainer());
    assertEquals(DadPolicy.WAIT, config.dad());
  }

  @Test
  void parse_keysInAnotherCase_areRead() {
    assertEquals(Optional.of(1400), parse("'MTU':1400").mtu());
  }

  @ParameterizedTest
  @CsvSource({
    "02:00:00:00:00:0A, ByMac",
    "02-00-00-00-00-0a, ByMac",
    "0000:01:10.2, ByPci",
    "0000:0A:1f.7, ByPci",
    "ens1f0.100, ByName",
    "br-mgmt, ByName",
  })
  void parse_master_isToldByItsForm(String master, String form) {
    ParentSelector parent = parse("'master':'" + master + "'").parent();

    assertEquals(form, parent.getClass().getSimpleName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'mode':'source' | mode | \"source\" | bridge, passthru, private, vepa",
        "'mode':7 | mode | 7 | a string",
        "'mtu':-1 | mtu | -1 | from 0 to 65535",
        "'mtu':65536 | mtu | 65536 | from 0 to 65535",
        "'mtu':'1500' | mtu | \"1500\" | a whole number",
        "'mtu':1.5 | mtu | 1.5 | a whole number",
        "'mac':'02:00:00' | mac | \"02:00:00\" | a unicast Ethernet address",
        "'mac':'01:00:00:00:00:01' | mac | \"01:00:00:00:00:01\" | a unicast Ethernet address",
        "'mac':'00:00:00:00:00:00' | mac | \"00:00:00:00:00:00\" | a unicast Ethernet address",
        "'runtimeConfig':{'mac':'x'} | runtimeConfig.mac | \"x\" | a unicast Ethernet address",
        "'args':{'cni':{'mac':'x'}} | args.cni.mac | \"x\" | a unicast Ethernet address",
        "'linkInContainer':'yes' | linkInContainer | \"yes\" | true or false",
        "'bcqueuelen':-5 | bcqueuelen | -5 | from 0 to 4294967295",
        "'bcqueuelen':4294967296 | bcqueuelen | 4294967296 | from 0 to 4294967295",
        "'dad':'later' | dad | \"later\" | none, optimistic, wait",
        "'master':'sixteen-letters0' | master | \"sixteen-letters0\" | a link's name",
        "'master':'a/b' | master | \"a/b\" | a link's name",
        "'master':'zz:00:00:00:00:01' | master | \"zz:00:00:00:00:01\" | its MAC address",
        "'master':'0000:01:10.9' | master | \"0000:01:10.9\" | its PCI address",
      })
  void parse_badValue_namesKeyValueAndAllowed(
      String keys, String key, String value, String allowed) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertAll(
        () -> assertEquals(ErrorCode.INVALID_CONFIG, e.code()),
        () -> assertTrue(e.getMessage().contains("\"" + key + "\" is " + value), e::getMessage),
        () -> assertTrue(e.getMessage().contains(allowed), e::getMessage));
  }

  @ParameterizedTest
  @CsvSource({"01:00:00:00:00:01", "nonsense"})
  void parse_badMacInArgs_isAnErrorOfTheEnvironment(String mac) {
    CniException e =
        assertThrows(
            CniException.class,
            () -> parse(request("", CniArgs.parse("IgnoreUnknown=1;MAC=" + mac))));

    assertEquals(ErrorCode.BAD_ENVIRONMENT, e.code());
    assertTrue(e.getMessage().contains("MAC=\"%s\"".formatted(mac)), e::getMessage);
  }

  @Test
  void parse_macOfSeveralPlaces_theLaterPlaceWins() {
    String config = "'mac':'02:00:00:00:00:01'";
    String args = config + ",'args':{'cni':{'mac':'02:00:00:00:00:03'}}";
    String runtime = args + ",'runtimeConfig':{'mac':'02:00:00:00:00:04'}";
    CniArgs environment = CniArgs.parse("MAC=02:00:00:00:00:02");

    assertEquals("02:00:00:00:00:01", mac(config, CniArgs.empty()));
    assertEquals("02:00:00:00:00:02", mac(config, environment));
    assertEquals("02:00:00:00:00:03", mac(args, environment));
    assertEquals("02:00:00:00:00:04", mac(runtime, environment));
  }

  @Test
  void report_unknownKey_isAWarningAndWithStrictAnErrorThatNamesIt() {
    UnusedKeys.report(read("'mastr':'ens1f0'"));

    CniException e =
        assertThrows(
            CniException.class, () -> UnusedKeys.report(read("'mastr':'ens1f0','strict':true")));

    assertEquals(ErrorCode.UNSUPPORTED_FIELD, e.code());
    assertTrue(e.getMessage().contains("\"mastr\" is \"ens1f0\""), e::getMessage);
  }

  @Test
  void report_keysOfTheSpecification_areNone() {
    UnusedKeys.report(
        read(
            "'strict':true,'dns':{},'args':{'cni':{'labels':[]}},'runtimeConfig':{'ips':[]},"
                + "'cni.dev/x':1,'prevResult':{},'capabilities':{'mac':true},'deviceID':'x'"));
  }

  private static NetworkConfig read(String keys) {
    PluginRequest request = request(keys, CniArgs.empty());
    parse(request);
    return request.config();
  }

  private static String mac(String keys, CniArgs args) {
    return parse(request(keys, args)).mac().orElseThrow().toString();
  }

  private static MacvlanConfig parse(String keys) {
    return parse(request(keys, CniArgs.empty()));
  }

  private static MacvlanConfig parse(PluginRequest request) {
    return MacvlanConfig.parse(ChildRequest.of(request));
  }

  private static PluginRequest request(String keys, CniArgs args) {
    return new PluginRequest(
        new ContainerId("c1"),
        new InterfaceName("net1"),
        Optional.of(Path.of("/run/netns/x")),
        args,
        MacvlanLab.config(keys),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(1)),
        List.of());
  }
}
