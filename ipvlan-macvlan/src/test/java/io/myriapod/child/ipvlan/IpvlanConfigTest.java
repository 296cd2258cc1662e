package io.myriapod.child.ipvlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ChildRequests;
import io.myriapod.child.link.ParentSelector;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.ipam.link.DadPolicy;
import io.myriapod.linux.link.IpvlanFlag;
import io.myriapod.linux.link.IpvlanMode;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpvlanConfigTest {
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:0a");

  private static IpvlanConfig parse(String keys, String args) {
    return IpvlanConfig.parse(ChildRequest.of(ChildRequests.of("ipvlan", keys, args)));
  }

  @Test
  void parse_emptyConfig_hasTheReferencesDefaults() {
    IpvlanConfig config = parse("", "");

    assertInstanceOf(ParentSelector.ByDefaultRoute.class, config.parent());
    assertEquals(IpvlanMode.L2, config.mode());
    assertEquals(IpvlanFlag.BRIDGE, config.flag());
    assertEquals(Optional.empty(), config.mtu());
    assertEquals(false, config.linkInContainer());
  }

  @Test
  void parse_everyKeyInAnyCase_isRead() {
    IpvlanConfig config =
        parse(
            "'Master':'eth1','MODE':'l3s','flag':'vepa','mtu':1400,'linkincontainer':true,'dad':'wait'",
            "");

    assertEquals("\"eth1\"", config.parent().toString());
    assertEquals(IpvlanMode.L3S, config.mode());
    assertEquals(IpvlanFlag.VEPA, config.flag());
    assertEquals(Optional.of(1400), config.mtu());
    assertEquals(true, config.linkInContainer());
    assertEquals(DadPolicy.WAIT, config.dad());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'mode':'l4' | \"mode\" is \"l4\": want one of l2, l3, l3s",
        "'mode':'L2' | want one of l2, l3, l3s",
        "'flag':'loud' | \"flag\" is \"loud\": want one of bridge, private, vepa",
        "'mtu':67 | \"mtu\"",
        "'linkInContainer':'yes' | \"linkInContainer\"",
        "'master':'a/b' | \"master\"",
      })
  void parse_badValue_namesKeyValueAndAllowed(String keys, String finding) {
    CniException e = assertThrows(CniException.class, () -> parse(keys, ""));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'mac':'02:00:00:00:00:0a' | IgnoreUnknown=1 | \"mac\" is \"02:00:00:00:00:0a\"",
        "'args':{'cni':{'mac':'02:00:00:00:00:0a'}} | IgnoreUnknown=1 | \"args.cni.mac\" is",
        "'runtimeConfig':{'mac':'02:00:00:00:00:0a'} | IgnoreUnknown=1 | \"runtimeConfig.mac\" is",
        "'mode':'l2' | MAC=02:00:00:00:00:0a | MAC",
      })
  void parse_macFromAnywhere_isRefusedSayingWhose(String keys, String args, String place) {
    CniException e = assertThrows(CniException.class, () -> parse(keys, args));

    assertTrue(e.getMessage().contains(place), e::getMessage);
    assertTrue(e.getMessage().contains("an ipvlan has its parent's MAC address"), e::getMessage);
  }

  @Test
  void parse_chainedWithoutMaster_takesTheLinkBefore() {
    CniResult before = CniResult.of(Interface.onHost("eth1", MAC, 1500));

    assertEquals(new ParentSelector.ByEarlierResult(List.of("eth1")), chained("", before).parent());
    assertEquals("\"eth7\"", chained("'master':'eth7'", before).parent().toString());
  }

  private static IpvlanConfig chained(String keys, CniResult before) {
    return IpvlanConfig.parse(
        ChildRequest.of(ChildRequests.of("ipvlan", keys, "").withPrevResult(Optional.of(before))));
  }
}
