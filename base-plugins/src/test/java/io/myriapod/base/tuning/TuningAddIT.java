package io.myriapod.base.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpPrefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@InNamespaces
class TuningAddIT {
  private static final String ARP_FILTER = "net/ipv4/conf/net1/arp_filter";

  @TempDir private Path temp;
  private TuningLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new TuningLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net.ipv4.conf.IFNAME.arp_filter",
        "net/ipv4/conf/IFNAME/arp_filter",
        "net.ipv4/conf.IFNAME/arp_filter",
        "/net//ipv4/conf/net1/arp_filter",
      })
  void add_sysctlInAnySpelling_isSet(String key, Netns pod) {
    CniResult result = lab.add("'sysctl':{'%s':'1'}".formatted(key));

    assertEquals("1", pod.sysctl(ARP_FILTER));
    assertEquals(lab.before, result);
  }

  @Test
  void add_linkWithDotInItsName_isMeantByIfname(Netns pod) {
    pod.run("ip link set net1 name net1.100");
    PluginRequest request = lab.request("'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1'}");

    lab.add(request.withInterfaceName(new InterfaceName("net1.100")));

    assertEquals("1", pod.sysctl("net/ipv4/conf/net1.100/arp_filter"));
  }

  @Test
  void add_sysctlsOfPod_areThePodsAlone(Netns node, Netns pod) {
    String somaxconn = node.sysctl("net/core/somaxconn");
    String ports = node.sysctl("net/ipv4/ip_local_port_range");

    lab.add("'sysctl':{'net.core.somaxconn':'77','net.ipv4.ip_local_port_range':'2000 65000'}");

    assertEquals("77", pod.sysctl("net/core/somaxconn"));
    assertEquals("2000\t65000", pod.sysctl("net/ipv4/ip_local_port_range"));
    assertEquals(somaxconn, node.sysctl("net/core/somaxconn"));
    assertEquals(ports, node.sysctl("net/ipv4/ip_local_port_range"));
  }

  @Test
  void add_sysctlThatCanOnlyBeWritten_isWritten() {
    lab.add("'sysctl':{'net.ipv4.route.flush':'1'}");
  }

  @Test
  void add_linkSettings_areSetAndTold(Netns pod) {
    CniResult result =
        lab.add("'mac':'02:00:00:00:00:AA','mtu':1300,'promisc':true,'allmulti':true,'txQLen':77");

    JsonNode link = pod.link("net1");
    assertEquals("02:00:00:00:00:aa", link.get("address").asText());
    assertEquals(1300, link.get("mtu").asInt());
    assertEquals(77, link.get("txqlen").asInt());
    String flags = link.get("flags").toString();
    assertTrue(flags.contains("PROMISC") && flags.contains("ALLMULTI"), flags);
    Interface told = result.interfaces().get(0);
    assertEquals(Optional.of("02:00:00:00:00:aa"), told.mac());
    assertEquals(Optional.of(1300), told.mtu());
  }

  @Test
  void add_otherInterfacesOfTheResult_stayAsTheyAre(Netns pod) {
    Interface onHost =
        new Interface(
            "net1",
            Optional.of("0a:00:00:00:00:01"),
            Optional.of(1500),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Interface old =
        new Interface(
            "net1",
            Optional.of(TuningLab.MAC),
            Optional.empty(),
            Optional.of(pod.path().toString()),
            Optional.empty(),
            Optional.empty());
    PluginRequest request =
        lab.request("'mac':'02:00:00:00:00:aa','mtu':1300")
            .withPrevResult(Optional.of(CniResult.of(onHost, old)));

    CniResult result = lab.add(request);

    assertEquals(onHost, result.interfaces().get(0));
    assertEquals(Optional.of("02:00:00:00:00:aa"), result.interfaces().get(1).mac());
    assertEquals(Optional.empty(), result.interfaces().get(1).mtu());
  }

  @Test
  void add_nothingAskedFor_isThePreviousResult() {
    assertEquals(lab.before, lab.add("'mtu':0,'promisc':false,'mac':'','sysctl':{}"));
  }

  @Test
  void add_falseAndZero_areSetWhereTheyMeanSomething(Netns pod) {
    pod.run("ip link set net1 allmulticast on promisc on");

    lab.add("'allmulti':false,'txQLen':0,'promisc':false");

    String flags = pod.link("net1").get("flags").toString();
    assertTrue(!flags.contains("ALLMULTI") && flags.contains("PROMISC"), flags);
    assertEquals(0, pod.link("net1").path("txqlen").asInt());
  }

  @Test
  void add_withoutPrevResult_isCode7() {
    CniException e =
        assertThrows(CniException.class, () -> lab.add(lab.request("net1", "'mtu':1300")));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("\"prevResult\" is missing"), e::getMessage);
  }

  @Test
  void add_linkNotInPod_saysSo(Netns pod) {
    pod.run("ip link set net1 name other1");

    CniException e = assertThrows(CniException.class, () -> lab.add("'mtu':1300"));

    assertEquals("find link \"net1\": ENODEV", e.getMessage());
    assertEquals(List.of(), lab.journal.all());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'mtu':70000 | \"mtu\" is 70000: set MTU 70000 of link \"net1\": EINVAL; kernel: \"mtu greater than device maximum\"",
        "'mtu':20 | \"mtu\" is 20: set MTU 20 of link \"net1\": EINVAL; kernel: \"mtu less than device minimum\"",
        "'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'x'} | \"sysctl.net.ipv4.conf.IFNAME.arp_filter\" is \"x\": want a value that the kernel takes (EINVAL)",
        "'sysctl':{'net.core.rmem_max':'4096'} | \"sysctl.net.core.rmem_max\" is \"4096\": want a sysctl that a pod may write (EACCES)",
        "'sysctl':{'net.ipv4.conf.IFNAME.nonesuch':'1'} | there is no /proc/sys/net/ipv4/conf/net1/nonesuch",
        "'sysctl':{'net.ipv4.conf':'1'} | \"sysctl.net.ipv4.conf\"",
      })
  void add_kernelRefuses_isCode7AndUndone(String keys, String finding, Netns pod) {
    String all =
        "'sysctl':{'net.ipv4.conf.IFNAME.arp_ignore':'1'},'mac':'02:00:00:00:00:aa'," + keys;
    String merged = all.replace("},'mac':'02:00:00:00:00:aa','sysctl':{", ",");

    CniException e = assertThrows(CniException.class, () -> lab.add(merged));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code(), e::getMessage);
    assertTrue(e.getMessage().contains(finding), e::getMessage);
    assertEquals("0", pod.sysctl("net/ipv4/conf/net1/arp_ignore"));
    assertEquals(TuningLab.MAC, pod.link("net1").get("address").asText());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void validate_sysctlThatNoLinkHas_isFoundBeforeTheLinkIs(Netns pod) {
    pod.run("ip link del net1");

    for (String family : List.of("ipv4.conf", "ipv6.conf", "ipv4.neigh", "ipv6.neigh")) {
      PluginRequest wrong =
          lab.request("'sysctl':{'net.%s.IFNAME.nonesuch':'1'}".formatted(family));
      assertThrows(CniException.class, () -> lab.plugin.validate(wrong));
    }
    lab.plugin.validate(lab.request("'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1'}"));
    lab.plugin.validate(lab.request("'sysctl':{'net.ipv6.neigh.IFNAME.gc_stale_time':'70'}"));
  }

  @Test
  void add_mtuThatCostsIpv6Addresses_isCode7(Netns pod) {
    Address v6 = new Address(IpPrefix.parse("fd00::1/64"), Optional.empty(), Optional.of(0));
    PluginRequest request =
        lab.request("'mtu':1279")
            .withPrevResult(Optional.of(lab.before.withAddresses(List.of(v6))));

    CniException e = assertThrows(CniException.class, () -> lab.add(request));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("at least 1280"), e::getMessage);
    assertEquals(1500, pod.link("net1").get("mtu").asInt());
  }

  @Test
  void add_settingOfTheWholeNode_isRefused(Netns node) {
    String key = "net/netfilter/nf_hooks_lwtunnel";
    String before = node.run("cat /proc/sys/%s 2>/dev/null || echo none".formatted(key)).out();

    CniException e =
        assertThrows(
            CniException.class, () -> lab.add("'sysctl':{'net.netfilter.nf_hooks_lwtunnel':'1'}"));

    assertTrue(e.getMessage().contains("this one is the whole node's"), e::getMessage);
    assertEquals(
        before, node.run("cat /proc/sys/%s 2>/dev/null || echo none".formatted(key)).out());
  }

  @Test
  void add_nodesOwnNamespace_isCode8(Netns node) {
    PluginRequest request = lab.request("c1", "net1", node, "'sysctl':{'net.core.somaxconn':'77'}");
    String before = node.sysctl("net/core/somaxconn");

    CniException e =
        assertThrows(
            CniException.class,
            () -> lab.plugin.add(request.withPrevResult(Optional.of(lab.before))));

    assertEquals(ErrorCode.INVALID_NETNS, e.code());
    assertEquals(before, node.sysctl("net/core/somaxconn"));
  }

  @Test
  void add_allowListWithoutTheSysctl_isCode7(Netns pod) throws Exception {
    allow("^net.ipv4.conf.IFNAME.arp_ignore$\n");

    CniException e =
        assertThrows(
            CniException.class,
            () -> lab.add("'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1'},'mtu':1300"));
    lab.add("'sysctl':{'net.ipv4.conf.IFNAME.arp_ignore':'1'}");

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("allowlist.conf allows"), e::getMessage);
    assertEquals("0", pod.sysctl(ARP_FILTER));
    assertEquals("1", pod.sysctl("net/ipv4/conf/net1/arp_ignore"));
  }

  @Test
  void status_allowListThatDoesNotServe_isCode50() throws Exception {
    String sysctl = "'sysctl':{'net.ipv4.conf.IFNAME.arp_filter':'1'}";
    lab.plugin.status(lab.status(sysctl));

    allow("");
    CniException empty =
        assertThrows(CniException.class, () -> lab.plugin.status(lab.status(sysctl)));
    allow("[\n");
    CniException broken =
        assertThrows(CniException.class, () -> lab.plugin.status(lab.status(sysctl)));
    lab.plugin.status(lab.status("'mtu':1300"));

    assertEquals(ErrorCode.UNAVAILABLE, empty.code());
    assertEquals(ErrorCode.UNAVAILABLE, broken.code());
    assertTrue(broken.getMessage().contains("line 1"), broken::getMessage);
  }

  private void allow(String lines) throws Exception {
    Path folder = Files.createDirectories(temp.resolve("etc/cni/tuning"));
    Files.writeString(folder.resolve("allowlist.conf"), lines);
  }
}
