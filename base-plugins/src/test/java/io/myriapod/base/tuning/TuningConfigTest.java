package io.myriapod.base.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.args.CniArgs;
import io.myriapod.cni.config.UnusedKeys;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuningConfigTest {
  @Test
  void parse_nothing_changesNothing() {
    TuningConfig config = parse("", "");

    assertTrue(config.link().isNothing());
    assertEquals(List.of(), config.sysctls());
  }

  @Test
  void parse_everyKey_isReadAndUsed() {
    PluginRequest request =
        request(
            "'sysctl':{'net.core.somaxconn':'5'},'MAC':'02:00:00:00:00:0A','mtu':1400,"
                + "'promisc':true,'allmulti':false,'txQLen':0,'dataDir':'/run/x'",
            "");

    TuningConfig config = TuningConfig.parse(request);

    assertEquals("net/core/somaxconn", config.sysctls().get(0).path());
    assertEquals(
        "{\"mac\":\"02:00:00:00:00:0a\",\"promisc\":true,\"mtu\":1400,\"allmulti\":false,\"txQLen\":0}",
        config.link().json().toString());
    assertEquals(List.of(), UnusedKeys.of(request.config()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "'mac':'02:00:00:00:00:01' | - | 02:00:00:00:00:01",
        "'mac':'02:00:00:00:00:01' | MAC=02:00:00:00:00:02 | 02:00:00:00:00:02",
        "'mac':'02:00:00:00:00:01','runtimeConfig':{'mac':'02:00:00:00:00:03'} | MAC=02:00:00:00:00:02 | 02:00:00:00:00:03",
        "'runtimeConfig':{'mac':'02:00:00:00:00:03'},'args':{'cni':{'mac':'02:00:00:00:00:04'}} | MAC=02:00:00:00:00:02 | 02:00:00:00:00:04",
        "'mac':'02:00:00:00:00:01','args':{'cni':{'mac':''}} | - | none",
      })
  void parse_macInSeveralPlaces_lastOneWins(String keys, String args, String mac) {
    TuningConfig config = parse(keys, args == null ? "" : args);

    assertEquals(mac, config.link().mac().map(Object::toString).orElse("none"));
  }

  @Test
  void parse_args_replaceTheConfigEvenByNothing() {
    TuningConfig config =
        parse(
            "'mtu':1400,'promisc':true,'allmulti':true,'txQLen':5,'sysctl':{"
                + "'net.core.somaxconn':'5','net.ipv4.ip_forward':'0'},'args':{'cni':{'mtu':0,"
                + "'promisc':false,'allmulti':false,'txQLen':6,"
                + "'sysctl':{'net/core/somaxconn':'6'}}}",
            "");

    assertEquals("{\"allmulti\":false,\"txQLen\":6}", config.link().json().toString());
    assertEquals(
        List.of("net/core/somaxconn=6", "net/ipv4/ip_forward=0"),
        config.sysctls().stream().map(one -> one.path() + "=" + one.value()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'mtu':'1400' | \"mtu\" is \"1400\": want a whole number from 0",
        "'mtu':-1 | \"mtu\" is -1: want a whole number from 0",
        "'args':{'cni':{'mtu':true}} | \"args.cni.mtu\" is true",
        "'mtu':-1,'args':{'cni':{'mtu':1400}} | \"mtu\" is -1",
        "'promisc':1 | \"promisc\" is 1: want true or false",
        "'allmulti':'on' | \"allmulti\" is \"on\": want true or false",
        "'txQLen':-1 | \"txQLen\" is -1: want a whole number from 0",
        "'txQLen':1.5 | \"txQLen\" is 1.5",
        "'mac':'01:00:00:00:00:01' | \"mac\" is \"01:00:00:00:00:01\": want a unicast",
        "'mac':7 | \"mac\" is 7: want a string",
        "'dataDir':'here' | \"dataDir\" is \"here\": want an absolute path",
        "'sysctl':['x'] | \"sysctl\" is a list: want an object",
        "'sysctl':{'net.core.somaxconn':1} | \"sysctl.net.core.somaxconn\" is 1: want a string",
        "'sysctl':{'net.core.somaxconn':null} | \"sysctl.net.core.somaxconn\" is \"\": want the value",
        "'sysctl':{'net.core.somaxconn':' '} | \"sysctl.net.core.somaxconn\" is \"\": want the value",
        "'sysctl':{'net.core.somaxconn':'1\\n2'} | want the value to write, one line",
        "'sysctl':{'':'1'} | want no such key",
        "'sysctl':{'kernel.msgmax':'1'} | \"sysctl.kernel.msgmax\" is \"1\": want no such key, but a sysctl of the network",
        "'sysctl':{'net':'1'} | want no such key",
        "'sysctl':{'.net.':'1'} | want no such key",
        "'sysctl':{'net.core.so max':'1'} | want no such key",
        "'sysctl':{'netx.core':'1'} | want no such key",
        "'sysctl':{'net.netfilter.nf_hooks_lwtunnel':'1'} | this one is the whole node's",
        "'sysctl':{'/net//netfilter/nf_hooks_lwtunnel/':'1'} | this one is the whole node's",
        "'sysctl':{'net.core.somaxconn':'1','net/core/somaxconn':'2'} | \"sysctl.net/core/somaxconn\" is \"2\": want \"1\", as \"net.core.somaxconn\" says",
      })
  void parse_badValue_isCode7ThatNamesIt(String keys, String message) {
    CniException e = assertThrows(CniException.class, () -> parse(keys, ""));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "net/../kernel/msgmax, net/kernel/msgmax",
    "net.ipv4...kernel.msgmax, net/ipv4/kernel/msgmax",
    "net/ipv4/conf/../../../kernel/msgmax, net/ipv4/conf/kernel/msgmax",
    "net/./core/somaxconn, net/core/somaxconn",
    "net.ipv4.conf.IFNAME.IFNAME, net/ipv4/conf/net1.5/IFNAME",
  })
  void parse_pathThatWouldLeaveNet_staysBelowIt(String key, String path) {
    assertEquals(path, parse("'sysctl':{'%s':'1'}".formatted(key), "").sysctls().get(0).path());
  }

  @Test
  void parse_badMacInCniArgs_isCode4() {
    CniException e =
        assertThrows(CniException.class, () -> parse("'args':{'cni':{'mac':''}}", "MAC=x"));

    assertEquals(ErrorCode.BAD_ENVIRONMENT, e.code());
  }

  private static TuningConfig parse(String keys, String args) {
    return TuningConfig.parse(request(keys, args));
  }

  private static PluginRequest request(String keys, String args) {
    return new PluginRequest(
        new ContainerId("c1"),
        new InterfaceName("net1.5"),
        Optional.of(Path.of("/run/netns/x")),
        CniArgs.parse(args),
        TuningLab.config(keys),
        Optional.empty(),
        Deadline.in(Duration.ofSeconds(5)),
        List.of());
  }
}
