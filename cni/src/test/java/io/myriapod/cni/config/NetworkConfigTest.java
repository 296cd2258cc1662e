package io.myriapod.cni.config;

import static io.myriapod.cni.config.ConfigObjectTest.config;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.result.Dns;
import io.myriapod.cni.version.CniVersion;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkConfigTest {
  @Test
  void getters_config_areRead() {
    NetworkConfig config =
        config(
            "{'cniVersion':'1.0.0','name':'n','type':'macvlan','ipam':{'type':'static'},"
                + "'runtimeConfig':{'mac':'m'},'args':{'cni':{'ips':['i']}},"
                + "'dns':{'nameservers':['s'],'domain':'d'}}");

    assertEquals("n", config.name());
    assertEquals("macvlan", config.type());
    assertEquals(CniVersion.V1_0_0, config.cniVersion());
    assertEquals(Optional.of("static"), config.ipam().flatMap(ipam -> ipam.string("type")));
    assertEquals(Optional.of("m"), config.runtimeConfig().string("mac"));
    assertEquals(List.of("i"), config.args().strings("ips"));
    assertEquals(new Dns(List.of("s"), "d", List.of(), List.of()), config.dns());
  }

  @Test
  void getters_emptyConfig_areEmpty() {
    NetworkConfig config = config("{}");

    assertEquals(CniVersion.V0_1_0, config.cniVersion());
    assertTrue(config.runtimeConfig().json().isEmpty());
    assertTrue(config.args().json().isEmpty());
    assertTrue(config.dns().isEmpty());
    assertEquals(Optional.empty(), config.prevResult());
    assertEquals(7, assertThrows(CniException.class, config::name).code());
    assertEquals(7, assertThrows(CniException.class, config::type).code());
  }

  @Test
  void with_key_leavesTheOriginalAlone() {
    NetworkConfig config = config("{'A':1,'b':2}");

    assertEquals("{\"b\":2,\"a\":3}", config.with("a", IntNode.valueOf(3)).json().toString());
    assertEquals("{\"b\":2}", config.without("a").json().toString());
    assertEquals("{\"A\":1,\"b\":2}", config.json().toString());
  }

  @Test
  void toString_config_showsNoContent() {
    assertFalse(
        config("{'name':'n','type':'t','password':'secret'}").toString().contains("secret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'bridge','name':'n'} | NONE",
        "{'type':'bridge','vlan':100} | vlan",
        "{'type':'bridge','VLAN':100} | vlan",
        "{'type':'bridge','vlan':0} | NONE",
        "{'type':'bridge','macspoofchk':true} | macspoofchk",
        "{'type':'bridge','macspoofchk':false} | NONE",
        "{'type':'bridge','vlanTrunk':[{'id':1}]} | vlanTrunk",
        "{'type':'bridge','vlanTrunk':[]} | NONE",
        "{'type':'bridge','ipMasqBackend':'nftables'} | NONE",
        "{'type':'bridge','ipMasqBackend':'iptables'} | ipMasqBackend",
        "{'type':'macvlan','macspoofchk':true} | NONE",
        "{'type':'macvlan','builtin':false} | builtin",
        "{'type':'macvlan','builtin':true} | NONE",
      })
  void nodeOwnKeys_config_namesTheKeyThatAsks(String json, String key) {
    assertEquals(key, NodeOwnKeys.askedBy(config(json)).orElse("NONE"));
  }
}
