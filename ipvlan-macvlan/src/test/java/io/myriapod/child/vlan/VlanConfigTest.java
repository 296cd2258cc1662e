package io.myriapod.child.vlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.child.link.ChildRequest;
import io.myriapod.child.link.ChildRequests;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.link.VlanProtocol;
import io.myriapod.linux.link.VlanQos;
import io.myriapod.types.MacAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VlanConfigTest {
  private static final String USUAL = "'master':'eth1','vlanId':5";

  private static VlanConfig parse(String keys) {
    return VlanConfig.parse(ChildRequest.of(ChildRequests.of("vlan", keys, "")));
  }

  @Test
  void parse_masterAndId_leaveTheRestToTheParent() {
    VlanConfig config = parse(USUAL);

    assertEquals("\"eth1\"", config.parent().toString());
    assertEquals(5, config.id());
    assertEquals(VlanProtocol.DOT1Q, config.protocol());
    assertEquals(VlanQos.none(), config.qos());
    assertEquals(Optional.empty(), config.mtu());
    assertEquals(Optional.empty(), config.mac());
    assertEquals(false, config.linkInContainer());
  }

  @Test
  void parse_everyKeyInAnyCase_isRead() {
    VlanConfig config =
        parse(
            "'MASTER':'eth1','VLANID':4094,'vlanProto':'802.1AD','mtu':1400,"
                + "'mac':'02:00:00:00:00:0a','linkInContainer':true,"
                + "'ingressQosMap':['1:20','2:0'],'egressqosmap':['20:1','30:7']");

    assertEquals(4094, config.id());
    assertEquals(VlanProtocol.DOT1AD, config.protocol());
    assertEquals(Optional.of(1400), config.mtu());
    assertEquals(Optional.of(MacAddress.parse("02:00:00:00:00:0a")), config.mac());
    assertEquals(VlanQos.of(Map.of(1, 20), Map.of(20, 1, 30, 7)), config.qos());
    assertEquals(true, config.linkInContainer());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4094})
  void parse_idAtTheEdges_isTaken(int id) {
    assertEquals(id, parse("'master':'eth1','vlanId':" + id).id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'master':'eth1','vlanId':4095 | \"vlanId\" is 4095: want a whole number from 0 to 4094",
        "'master':'eth1','vlanId':-1 | \"vlanId\" is -1: want a whole number from 0 to 4094",
        "'master':'eth1','vlanId':'5' | \"vlanId\" is \"5\"",
        "'master':'eth1' | \"vlanId\" is missing: want a whole number from 0 to 4094",
        "'vlanId':5 | \"master\" is missing",
        "'master':'eth1','vlanId':5,'vlanProto':'qinq' | \"vlanProto\" is \"qinq\": want one of 802.1q, 802.1ad",
        "'master':'eth1','vlanId':5,'mtu':67 | \"mtu\"",
        "'master':'eth1','vlanId':5,'mac':'01:00:00:00:00:0a' | \"mac\"",
        "'master':'eth1','vlanId':5,'linkInContainer':1 | \"linkInContainer\"",
        "'master':'eth1','vlanId':5,'ingressQosMap':'1:2' | \"ingressQosMap\" is \"1:2\": want a list",
        "'master':'eth1','vlanId':5,'ingressQosMap':['8:1'] | \"ingressQosMap[0]\" is \"8:1\"",
        "'master':'eth1','vlanId':5,'ingressQosMap':['1:2','1:3'] | priority 1 is mapped twice",
        "'master':'eth1','vlanId':5,'egressQosMap':['1:8'] | \"egressQosMap[0]\" is \"1:8\"",
        "'master':'eth1','vlanId':5,'egressQosMap':['1:2:3'] | \"egressQosMap[0]\" is \"1:2:3\"",
        "'master':'eth1','vlanId':5,'egressQosMap':['-1:2'] | \"egressQosMap[0]\" is \"-1:2\"",
      })
  void parse_badValue_namesKeyValueAndAllowed(String keys, String finding) {
    CniException e = assertThrows(CniException.class, () -> parse(keys));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }
}
