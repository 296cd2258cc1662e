package io.myriapod.base.bandwidth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.traffic.TokenBucket;
import io.myriapod.pluginlab.PluginLab;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthConfigTest {

  private static NetworkConfig config(String keys) {
    return PluginLab.config("limited", "bandwidth", keys);
  }

  private static BandwidthConfig parse(String keys) {
    return BandwidthConfig.parse(config(keys));
  }

  @Test
  void parse_bothDirections_isInBytesAndTicks() {
    BandwidthConfig parsed =
        parse(
            "'ingressRate':8000000,'ingressBurst':80000,"
                + "'EgressRate':10000001,'EgressBurst':100001");

    assertEquals(Optional.of(new TokenBucket(1_000_000, 156_250, 35_000)), parsed.ingress());
    assertEquals(Optional.of(new TokenBucket(1_250_000, 156_250, 43_750)), parsed.egress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'ingressRate':0,'ingressBurst':0",
        "'runtimeConfig':{}",
        "'runtimeConfig':{'bandwidth':{}}",
        "'runtimeConfig':{'bandwidth':null}"
      })
  void parse_noLimit_isNothing(String keys) {
    assertTrue(parse(keys).isNothing());
  }

  @Test
  void parse_capability_isTakenWhereTheConfigSetsNothing() {
    BandwidthConfig granted =
        parse("'runtimeConfig':{'bandwidth':{'egressRate':8000000,'egressBurst':80000}}");

    assertEquals(Optional.of(new TokenBucket(1_000_000, 156_250, 35_000)), granted.egress());
    assertEquals(Optional.empty(), granted.ingress());
  }

  @Test
  void parse_configAndCapability_configWinsAsAWhole() {
    NetworkConfig both =
        config(
            "'ingressRate':8000000,'ingressBurst':80000,"
                + "'runtimeConfig':{'bandwidth':{'egressRate':8000,'egressBurst':80000}}");

    BandwidthConfig parsed = BandwidthConfig.parse(both);

    assertEquals(Optional.of(new TokenBucket(1_000_000, 156_250, 35_000)), parsed.ingress());
    assertEquals(Optional.empty(), parsed.egress());
    assertEquals(List.of(), UnusedKeys.of(both));
  }

  @Test
  void parse_keysThatTheReferenceTookBack_areUnused() {
    NetworkConfig config = config("'unshapedSubnets':['10.0.0.0/8'],'ingressRate':0");

    BandwidthConfig.parse(config);

    assertEquals(List.of("unshapedSubnets"), UnusedKeys.of(config));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'ingressRate':'8' | \"ingressRate\" is \"8\": want a whole number from 0 to 1000000000000000",
        "'ingressRate':-1 | \"ingressRate\" is -1",
        "'egressRate':1.5 | \"egressRate\" is 1.5",
        "'ingressRate':8000 | \"ingressBurst\" is missing",
        "'egressBurst':8000 | \"egressRate\" is missing",
        "'egressBurst':8000,'egressRate':0 | \"egressRate\" is \"0\": want at least 8 beside \"egressBurst\"",
        "'ingressRate':8000,'ingressBurst':7 | \"ingressBurst\" is \"7\": want at least 8",
        "'ingressRate':8000,'ingressBurst':34359738360 | \"ingressBurst\" is 34359738360: want a whole number from 0 to 34359738359",
        "'ingressRate':8000000,'ingressBurst':8 | \"ingressBurst\" is \"8\": want at least 16 bits",
        "'runtimeConfig':{'bandwidth':{'ingressRate':8}} | \"runtimeConfig.bandwidth.ingressBurst\" is missing",
        "'runtimeConfig':{'bandwidth':7} | \"runtimeConfig.bandwidth\" is 7: want an object",
      })
  void parse_badValue_namesKeyValueAndWhatIsAllowed(String keys, String words) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains(words), e::getMessage);
  }

  @Test
  void parse_leastBurstThatTheMessageNames_isTaken() {
    assertEquals(1, parse("'ingressRate':8000000,'ingressBurst':16").ingress().stream().count());
  }

  @Test
  void parse_longestBurst_isCutToWhatTheKernelHolds() {
    TokenBucket bucket =
        parse("'ingressRate':1000000,'ingressBurst':2147483647").ingress().orElseThrow();

    assertEquals(0xffff_ffffL, bucket.bufferTicks());
  }
}
