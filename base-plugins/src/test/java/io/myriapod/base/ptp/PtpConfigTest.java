package io.myriapod.base.ptp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.pluginlab.PluginLab;
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

class PtpConfigTest {
  private static final String IPAM = "'ipam':{'type':'host-local','subnet':'10.1.2.0/24'}";

  private static PtpConfig parse(String keys) {
    return PtpConfig.parse(
        new PluginRequest(
            new ContainerId("c1"),
            new InterfaceName("net1"),
            Optional.of(Path.of("/run/netns/p")),
            CniArgs.empty(),
            PluginLab.config("routed", "ptp", keys),
            Optional.empty(),
            Deadline.in(Duration.ofSeconds(5)),
            List.of()));
  }

  @Test
  void parse_onlyIpam_takesDefaults() {
    PtpConfig config = parse(IPAM);

    assertFalse(config.masquerade());
    assertEquals(Optional.empty(), config.mtu());
    assertEquals(Optional.empty(), config.mac());
    assertEquals(DadPolicy.OPTIMISTIC, config.dad());
  }

  @Test
  void parse_everyKey_isRead() {
    PtpConfig config =
        parse(
            IPAM
                + ",'ipMasq':true,'ipMasqBackend':'nftables','MTU':1400,'dad':'none',"
                + "'runtimeConfig':{'mac':'02:00:00:00:00:07'}");

    assertTrue(config.masquerade());
    assertEquals(Optional.of(1400), config.mtu());
    assertEquals(Optional.of(MacAddress.parse("02:00:00:00:00:07")), config.mac());
    assertEquals(DadPolicy.NONE, config.dad());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'ipMasq':'yes'                   | 7 | \"ipMasq\" is \"yes\": want true or false",
        "'mtu':67                         | 7 | \"mtu\" is 67",
        "'mtu':70000                      | 7 | \"mtu\" is 70000",
        "'dad':'maybe'                    | 7 | \"dad\" is \"maybe\"",
        "'ipMasqBackend':'iptables'       | 2 | \"ipMasqBackend\" is \"iptables\"",
        "'runtimeConfig':{'mac':'nonsense'} | 7 | \"nonsense\"",
      })
  void parse_wrongValue_namesKeyAndValue(String keys, int code, String words) {
    CniException e = assertThrows(CniException.class, () -> parse(IPAM + "," + keys));

    assertEquals(code, e.code());
    assertTrue(e.getMessage().contains(words), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"'mtu':1400", "'ipam':{}", "'ipam':{'type':''}"})
  void parse_withoutIpam_isCode7(String keys) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("\"ipam\" is missing"), e::getMessage);
  }
}
