package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.hostLocal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLocalConfigTest {
  private static void assertRefused(NetworkConfig network, String finding) {
    CniException wrong =
        assertThrows(CniException.class, () -> HostLocalConfig.parse(network, CniArgs.empty()));
    assertEquals(7, wrong.code());
    assertTrue(wrong.getMessage().contains(finding), wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|invalid range set 0: empty range set",
        "[{'subnet':'10.0.0.0/31'}]|invalid range set 0: Network 10.0.0.0/31 too small to allocate from",
        "[{'subnet':'10.0.0.1/24'}]|Network has host bits set. For a subnet mask of length 24 the network address is 10.0.0.0",
        "[{'subnet':'10.0.0.0/24'},{'subnet':'fd00::/64'}]|invalid range set 0: mixed address families",
        "[{'subnet':'10.0.0.0/20'},{'subnet':'10.0.1.0/24'}]|subnets 10.0.0.1-10.0.15.254 and 10.0.1.1-10.0.1.254 overlap",
        "[{'subnet':'10.0.0.0/24'}],[{'subnet':'10.0.0.0/24'}]|range set 0 overlaps with 1",
        "[{'rangeStart':'10.0.0.9'}]|\"ipam.ranges[0][0].subnet\" is missing",
        "[{'subnet':'10.0.0.0'}]|\"ipam.ranges[0][0].subnet\" is \"10.0.0.0\"",
        "{'subnet':'10.0.0.0/24'}|\"ipam.ranges[0]\" is",
        "[{'subnet':'10.0.0.0/24','rangeStart':'10.0.1.0'}]|RangeStart 10.0.1.0 not in network 10.0.0.0/24",
      })
  void parse_badRanges_isRefusedWithReferenceText(String ranges, String finding) {
    assertRefused(config(hostLocal(ranges)), finding);
  }

  @Test
  void parse_noRanges_isRefused() {
    assertRefused(config("{'type':'host-local'}"), "no IP ranges specified");
  }

  @Test
  void parse_noIpam_isRefused() {
    byte[] bare = "{\"cniVersion\":\"1.0.0\",\"name\":\"n\"}".getBytes(StandardCharsets.UTF_8);
    assertRefused(NetworkConfig.parse(bare), "IPAM config missing 'ipam' key");
  }

  @Test
  void parse_relativeDataDir_isRefused() {
    assertRefused(
        config("{'type':'host-local','subnet':'10.0.0.0/24','dataDir':'../x'}"),
        "want an absolute path");
  }

  @Test
  void parse_tooManyRanges_isRefused() {
    String many =
        IntStream.range(0, 200)
            .mapToObj("[{'subnet':'10.0.%d.0/24'}]"::formatted)
            .collect(Collectors.joining(","));
    assertRefused(config(hostLocal(many)), "at most 128 are read");
  }

  @Test
  void parse_tooManyRoutes_isRefused() {
    String many =
        IntStream.range(0, 257)
            .mapToObj(i -> "{'dst':'10.0.0.0/8'}")
            .collect(Collectors.joining(","));
    assertRefused(
        config(hostLocal("[{'subnet':'10.0.0.0/24'}]", "'routes':[" + many + "]")),
        "\"ipam.routes\" is a list: it has 257 elements");
  }

  @Test
  void parse_tooManyRequested_isRefused() {
    String many =
        IntStream.range(0, 65).mapToObj("'10.0.0.%d'"::formatted).collect(Collectors.joining(","));
    assertRefused(
        config(hostLocal("[{'subnet':'10.0.0.0/24'}]"), "'runtimeConfig':{'ips':[" + many + "]}"),
        "\"runtimeConfig.ips\" is a list: it has 65 elements");
  }

  @Test
  void parse_twoOfAFamilyBelow030_isRefused() {
    NetworkConfig old =
        config(hostLocal("[{'subnet':'10.0.0.0/24'}],[{'subnet':'10.0.1.0/24'}]"))
            .with("cniVersion", com.fasterxml.jackson.databind.node.TextNode.valueOf("0.2.0"));
    assertRefused(old, "CNI version 0.2.0 does not support more than 1 address per family");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "10.9.0.1|failed to allocate all requested IPs: 10.9.0.1: 10.9.0.1 not in range set 10.0.0.1-10.0.0.254",
        "fd00::9|fd00::9 is IPv6, the network has only IPv4 ranges",
        "10.0.0.1|requested ip 10.0.0.1 is subnet's gateway",
        "nonsense|\"runtimeConfig.ips[0]\" is \"nonsense\"",
      })
  void parse_requestedNotPossible_saysWhy(String requested, String finding) {
    assertRefused(
        config(
            hostLocal("[{'subnet':'10.0.0.0/24'}]"),
            "'runtimeConfig':{'ips':['" + requested + "']}"),
        finding);
  }

  @Test
  void parse_twoRequestedOfOneSet_saysWhichIsLeft() {
    assertRefused(
        config(
            hostLocal("[{'subnet':'10.0.0.0/24'}]"),
            "'runtimeConfig':{'ips':['10.0.0.7','10.0.0.8']}"),
        "failed to allocate all requested IPs: 10.0.0.8: the range set of 10.0.0.8 gives only one");
  }

  @Test
  void parse_keysInOtherCase_areRead() {
    HostLocalConfig read =
        HostLocalConfig.parse(
            config("{'Type':'host-local','SUBNET':'10.0.0.0/24','rangestart':'10.0.0.9'}"),
            CniArgs.empty());
    assertEquals("10.0.0.9-10.0.0.254", read.sets().get(0).toString());
    assertEquals(Path.of("/var/lib/cni/networks"), read.dataDir());
  }
}
