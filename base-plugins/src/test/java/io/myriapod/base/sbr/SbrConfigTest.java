package io.myriapod.base.sbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SbrConfigTest {
  private static PluginRequest request(String keys) {
    return new PluginRequest(
        new ContainerId("c1"),
        new InterfaceName("net1"),
        Optional.of(Path.of("/run/netns/p")),
        CniArgs.empty(),
        PluginLab.config("sourced", "sbr", keys),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(5)),
        List.of());
  }

  @Test
  void parse_nothing_takesDefaults() {
    SbrConfig config = SbrConfig.parse(request(""));

    assertEquals(Optional.empty(), config.table());
    assertEquals(Optional.empty(), config.gateway(false));
    assertFalse(config.sourceHints());
  }

  @Test
  void parse_gatewaysOfBothFamilies_areKeptApart() {
    SbrConfig config =
        SbrConfig.parse(request("'gateways':['fd00::1','10.1.2.1'],'addSourceHints':true"));

    assertEquals(Optional.of(IpAddresses.parse("10.1.2.1")), config.gateway(false));
    assertEquals(Optional.of(IpAddresses.parse("fd00::1")), config.gateway(true));
    assertTrue(config.sourceHints());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'table':0                               | \"table\" is 0: want a whole number from 1",
        "'table':-5                              | \"table\" is -5",
        "'table':'50'                            | \"table\" is \"50\"",
        "'table':254                             | \"table\" is \"254\": want any but 253 to 255",
        "'gateways':'10.1.2.1'                   | \"gateways\" is \"10.1.2.1\": want a list",
        "'gateways':['10.1.2']                   | \"gateways\" is \"10.1.2\": want addresses such as",
        "'gateways':['10.1.2.1','10.1.2.2']      | \"gateways\" is \"10.1.2.2\": want one address of each",
        "'gateways':[7]                          | \"gateways\" is",
        "'addSourceHints':'yes'                  | \"addSourceHints\" is \"yes\"",
        "'table':50,'gateways':['10.1.2.1']      | \"gateways\" is \"10.1.2.1\": want none, beside \"table\": 50",
        "'table':50,'addSourceHints':true        | \"addSourceHints\" is \"true\": want none, beside \"table\"",
      })
  void parse_wrongValue_namesKeyAndValue(String keys, String words) {
    CniException e = assertThrows(CniException.class, () -> SbrConfig.parse(request(keys)));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains(words), e::getMessage);
  }

  @Test
  void addresses_noneOnTheInterface_isCode7() {
    CniException e =
        assertThrows(CniException.class, () -> SbrConfig.addresses(request(""), CniResult.empty()));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("want an address on \"net1\""), e::getMessage);
  }
}
