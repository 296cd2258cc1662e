package io.myriapod.base.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@InNamespaces
class TuningCheckIT {
  @TempDir private Path temp;
  private TuningLab lab;
  private PluginRequest check;

  @BeforeEach
  void attach(Netns node, Netns pod) {
    lab = new TuningLab(node, pod, temp);
    PluginRequest add =
        lab.request(
            "'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1','net.ipv4.route.flush':'1',"
                + "'net.ipv4.ip_local_port_range':'2000 65000',"
                + "'net.ipv4.ip_local_reserved_ports':'8080,8081'},"
                + "'mac':'02:00:00:00:00:aa','mtu':1300,'promisc':true,'allmulti':true,"
                + "'txQLen':77");
    check = add.withPrevResult(Optional.of(lab.add(add)));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void check_untouched_succeeds() {
    lab.plugin.check(check);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip link set net1 address 02:00:00:00:00:99 | MAC of link \"net1\" is 02:00:00:00:00:99: want 02:00:00:00:00:aa",
        "ip link set net1 mtu 1400 | MTU of link \"net1\" is 1400: want 1300",
        "ip link set net1 promisc off | promiscuous mode of link \"net1\" is false: want true",
        "ip link set net1 allmulticast off | all-multicast mode of link \"net1\" is false: want true",
        "ip link set net1 txqueuelen 99 | transmit queue length of link \"net1\" is 99: want 77",
        "echo 0 >/proc/sys/net/ipv4/conf/net1/arp_filter | sysctl net/ipv4/conf/net1/arp_filter is 0: want 1",
        "echo 1024 65000 >/proc/sys/net/ipv4/ip_local_port_range | net/ipv4/ip_local_port_range",
        "echo 8080 >/proc/sys/net/ipv4/ip_local_reserved_ports | is 8080: want 8080-8081",
        "ip link set net1 name other1 | link \"net1\" is not in the pod",
        "ip link set net1 name other1 | sysctl net/ipv4/conf/net1/arp_filter is absent: want 1",
      })
  void check_changedInPod_saysWhat(String change, String finding, Netns pod) {
    pod.run(change);

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(check));

    assertEquals(ErrorCode.CHECK_FAILED, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
  }

  @Test
  void check_attachedByTheReferencePlugin_comparesTheConfig(Netns pod) {
    PluginRequest other =
        lab.request(
            "c2",
            "net1",
            pod,
            "'mac':'02:00:00:00:00:AA','mtu':1300,'promisc':true,'allmulti':true,'txQLen':77,"
                + "'sysctl':{'net.ipv4.ip_local_port_range':' 2000  65000 '}");

    lab.plugin.check(other.withPrevResult(check.prevResult()));

    pod.run("ip link set net1 mtu 1250");
    assertThrows(
        CniException.class, () -> lab.plugin.check(other.withPrevResult(check.prevResult())));
  }

  @Test
  void check_settingThatWasNotAskedFor_isNotCompared(Netns pod) {
    PluginRequest other = lab.request("c2", "net1", pod, "'promisc':false");

    lab.plugin.check(other.withPrevResult(check.prevResult()));
  }
}
