package io.myriapod.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.linux.link.VfLinkState;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.link.VfVlan;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SriovConfigTest {
  private static final String DEVICE = "'deviceID':'0000:01:10.0'";

  private static SriovConfig parse(String keys) {
    return SriovConfig.parse(
        new PluginRequest(
            new ContainerId("c1"),
            new InterfaceName("net1"),
            Optional.of(Path.of("/run/netns/absent")),
            CniArgs.empty(),
            PluginLab.config("south", "sriov", keys),
            Optional.empty(),
            Deadline.in(Duration.ofSeconds(5)),
            List.of()));
  }

  @Test
  void parse_deviceAlone_asksForNothing() {
    SriovConfig config = parse(DEVICE);

    assertEquals(new PciAddress("0000:01:10.0"), config.device());
    assertTrue(config.card().on(new VfRate(3, 4)).isEmpty());
    assertEquals(Optional.empty(), config.mtu());
  }

  @Test
  void parse_everyKeyInAnyCase_isRead() {
    SriovConfig config =
        parse(
            "'DeviceID':'0000:01:10.0','VLAN':100,'vlanqos':3,'vlanProto':'802.1AD',"
                + "'mac':'02:00:5E:10:00:01','min_tx_rate':10,'Max_Tx_Rate':200,'SpoofChk':'off',"
                + "'trust':'on','link_state':'enable','mtu':9000,'allmulti':true,'promisc':false,"
                + "'logLevel':'debug','logFile':'/var/log/x'");

    CardSettings card = config.card().on(new VfRate(0, 0));
    assertEquals(
        new CardSettings(
            Optional.of(new VfVlan(100, 3, VfVlan.DOT1AD)),
            Optional.of(MacAddress.parse("02:00:5e:10:00:01")),
            Optional.of(new VfRate(10, 200)),
            Optional.of(false),
            Optional.of(true),
            Optional.of(VfLinkState.ENABLE)),
        card);
    assertEquals(Optional.of(9000), config.mtu());
    assertEquals(Optional.of(true), config.allMulticast());
    assertEquals(Optional.of(false), config.promiscuous());
  }

  @Test
  void on_oneRateAskedFor_leavesTheOther() {
    VfRate former = new VfRate(5, 50);

    assertEquals(
        Optional.of(new VfRate(5, 90)),
        parse(DEVICE + ",'max_tx_rate':90").card().on(former).rate());
    assertEquals(
        Optional.of(new VfRate(7, 50)),
        parse(DEVICE + ",'min_tx_rate':7").card().on(former).rate());
  }

  /** A device plugin's choice wins over what the network names. */
  @Test
  void parse_deviceOfTheRuntime_wins() {
    SriovConfig config = parse(DEVICE + ",'runtimeConfig':{'deviceID':'0000:01:10.4'}");

    assertEquals(new PciAddress("0000:01:10.4"), config.device());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'vlan':1 | \"deviceID\" is missing",
        "'deviceID':'eth0' | \"deviceID\" is \"eth0\": want a PCI address",
        "'deviceID':'0000:01:10.0','vlan':4095 | \"vlan\" is 4095: want a whole number from 0 to 4094",
        "'deviceID':'0000:01:10.0','vlan':'7' | \"vlan\" is \"7\"",
        "'deviceID':'0000:01:10.0','vlanQoS':3 | \"vlanQoS\" is 3: want \"vlan\" beside it",
        "'deviceID':'0000:01:10.0','vlan':1,'vlanQoS':8 | \"vlanQoS\" is 8",
        "'deviceID':'0000:01:10.0','vlan':0,'vlanQoS':1 | \"vlanQoS\" is 1: want 0",
        "'deviceID':'0000:01:10.0','vlanProto':'802.1q' | \"vlanProto\" is \"802.1q\": want \"vlan\" beside it",
        "'deviceID':'0000:01:10.0','vlan':1,'vlanProto':'qinq' | \"vlanProto\" is \"qinq\": want one of 802.1q, 802.1ad",
        "'deviceID':'0000:01:10.0','vlan':0,'vlanProto':'802.1ad' | \"vlanProto\" is \"802.1ad\": want 802.1q",
        "'deviceID':'0000:01:10.0','min_tx_rate':9,'max_tx_rate':8 | \"min_tx_rate\" is 9: want at most \"max_tx_rate\", 8",
        "'deviceID':'0000:01:10.0','max_tx_rate':-1 | \"max_tx_rate\" is -1",
        "'deviceID':'0000:01:10.0','spoofchk':'yes' | \"spoofchk\" is \"yes\": want one of off, on",
        "'deviceID':'0000:01:10.0','trust':true | \"trust\" is true: want a string",
        "'deviceID':'0000:01:10.0','link_state':'up' | \"link_state\" is \"up\": want one of auto, disable, enable",
        "'deviceID':'0000:01:10.0','mac':'ff:ff:ff:ff:ff:ff' | \"mac\"",
        "'deviceID':'0000:01:10.0','mtu':67 | \"mtu\"",
        "'deviceID':'0000:01:10.0','promisc':'on' | \"promisc\" is \"on\": want true or false",
      })
  void parse_wrongValue_isNamedWithWhatIsAllowed(String keys, String message) {
    CniException refusal = assertThrows(CniException.class, () -> parse(keys));

    assertEquals(ErrorCode.INVALID_CONFIG, refusal.code());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }
}
