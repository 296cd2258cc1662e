package io.myriapod.base.sbr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.types.IpPrefix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod with {@code eth0}, which has its default routes, and {@code net1}, which is chained to. */
@InNamespaces(kinds = "veth", programs = "ping")
class SbrIT {
  private static final List<String> BOTH =
      List.of("10.1.2.2/24 10.1.2.1", "fd00:1::2/64 fd00:1::1");

  @TempDir private Path temp;
  private SbrLab lab;
  private Netns other;
  private String before;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new SbrLab(node, pod, temp);
    other = Netns.create("other");
    for (Netns each : List.of(node, pod, other)) {
      each.sysctl("net/ipv6/conf/default/accept_dad", "0"); // nothing to wait for
    }
    pod.run("ip link add eth0 type veth peer name host0 netns " + other);
    pod.run("ip link add net1 type veth peer name host1 netns " + node);
    other.run(
        "ip link set host0 up; ip address add 10.5.0.1/24 dev host0;"
            + " ip address add fd00:5::1/64 dev host0 nodad");
    node.run(
        "ip link set lo up; ip link set host1 up; ip address add 10.1.2.1/24 dev host1;"
            + " ip address add fd00:1::1/64 dev host1 nodad;"
            + " ip address add 10.77.0.1/32 dev lo; ip address add fd00:77::1/128 dev lo nodad");
    pod.run(
        "ip link set eth0 up; ip link set net1 up;"
            + " ip address add 10.5.0.2/24 dev eth0; ip address add fd00:5::2/64 dev eth0 nodad;"
            + " ip address add 10.1.2.2/24 dev net1; ip address add fd00:1::2/64 dev net1 nodad;"
            + " ip route add default via 10.5.0.1; ip -6 route add default via fd00:5::1;"
            + " ip route add 10.9.0.0/16 via 10.1.2.1 mtu 1400; ip -6 route add fd00:9::/64 via fd00:1::1");
    pod.settle();
    before = lab.picture();
  }

  @AfterEach
  void close() {
    lab.close();
    other.close();
  }

  private CniResult add(String keys) {
    return lab.add(lab.request(keys, BOTH));
  }

  @Test
  void add_bothFamilies_movesTheInterfacesRoutes() {
    PluginRequest request = lab.request("", BOTH);

    assertEquals(request.prevResult(), Optional.of(lab.add(request)));

    assertEquals(
        List.of("32765: from 10.1.2.2 lookup 100", "32765: from fd00:1::2 lookup 101"),
        lab.rules());
    assertEquals(
        List.of("10.1.2.0/24", "10.9.0.0/16 via 10.1.2.1", "default via 10.1.2.1"),
        lab.routes("100"));
    assertEquals(
        List.of("default via fd00:1::1", "fd00:1::/64", "fd00:9::/64 via fd00:1::1", "fe80::/64"),
        lab.routes("101"));
    assertEquals(List.of("fe80::/64"), lab.routes("main", "net1"));
    assertEquals(
        List.of(
            "10.5.0.0/24",
            "default via 10.5.0.1",
            "default via fd00:5::1",
            "fd00:5::/64",
            "fe80::/64"),
        lab.routes("main", "eth0"));
  }

  @Test
  void add_then_repliesLeaveByTheInterfaceThatWasAsked(Netns node) {
    assertFalse(node.attempt("ping -n -c 1 -W 1 -I 10.77.0.1 10.1.2.2").ok());

    add("");

    node.run("ping -n -c 1 -W 5 -I 10.77.0.1 10.1.2.2");
    node.run("ping -n -c 1 -W 5 -I fd00:77::1 fd00:1::2");
    other.run("ping -n -c 1 -W 5 10.5.0.2");
  }

  @Test
  void undo_attached_putsEverythingBack() {
    add("");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(before, lab.picture());
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void undo_defaultRoutesOfBothInterfaces_areAsBefore(Netns pod) {
    pod.run("ip route append default via 10.1.2.1; ip -6 route append default via fd00:1::1");
    before = lab.picture();
    add("");
    assertEquals(
        List.of("default via 10.5.0.1", "default via fd00:5::1"),
        lab.routes("main").stream().filter(one -> one.startsWith("default")).toList());

    lab.deleteByJournal();

    assertEquals(before, lab.picture());
  }

  @Test
  void undo_linkGone_removesTheRules(Netns pod) {
    add("");
    pod.run("ip link del net1");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(List.of(), lab.rules());
  }

  @Test
  void undo_anotherLinkInItsPlace_leavesItsRoutesAlone(Netns pod) {
    add("");
    pod.run("ip link del net1; ip link add net1 type veth peer name far1; ip link set net1 up");
    pod.run("ip route add 10.88.0.0/16 dev net1 table 100");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(List.of(), lab.rules());
    assertEquals(List.of("10.88.0.0/16"), lab.routes("100"));
  }

  @Test
  void undo_rulesGoneAndLinkDown_isClean(Netns pod) {
    add("");
    pod.run("ip link set net1 down; ip rule del pref 32765");

    assertTrue(lab.deleteByJournal().clean());

    assertEquals(List.of(), lab.rules());
  }

  @Test
  void add_faultAtEveryStep_putsEverythingBack() {
    int steps =
        lab.faultAtEveryStep(
            () -> add(""),
            () -> {
              assertEquals(before, lab.picture());
              assertEquals(List.of(), lab.journal.all());
            });

    assertTrue(steps >= 2, "only " + steps + " steps were seen");
  }

  @Test
  void add_kernelRefusesHalfway_putsEverythingBack() {
    PluginRequest twice = lab.request("", List.of("10.1.2.2/24 10.1.2.1", "10.1.3.9/24 10.1.2.2"));

    CniException e = assertThrows(CniException.class, () -> lab.add(twice));

    assertEquals(ErrorCode.KERNEL_REFUSED, e.code());
    assertTrue(e.getMessage().contains("kernel:"), e::getMessage);
    assertEquals(before, lab.picture());
  }

  @Test
  void add_secondAttachment_takesTheNextTable(Netns pod) {
    add("");

    Address address =
        new Address(IpPrefix.parse("10.5.0.2/24"), Optional.empty(), Optional.empty());
    CniResult result = CniResult.empty().withAddresses(List.of(address));
    PluginRequest eth0 = lab.request("eth0", "").withPrevResult(Optional.of(result));
    lab.add(eth0);

    assertEquals(
        List.of(
            "32764: from 10.5.0.2 lookup 102",
            "32765: from 10.1.2.2 lookup 100",
            "32765: from fd00:1::2 lookup 101"),
        lab.rules());
  }

  @Test
  void add_namespaceLockedByAnother_isCode11() throws Exception {
    PluginRequest request = lab.request("", BOTH);
    Process holder =
        new ProcessBuilder("flock", request.requireNetns().toString(), "sh", "-c", "echo held; cat")
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try {
      holder.getInputStream().read();
      PluginRequest hurried = request.withDeadline(Deadline.in(Duration.ofMillis(200)));

      CniException e = assertThrows(CniException.class, () -> lab.add(hurried));

      assertEquals(ErrorCode.TRY_AGAIN_LATER, e.code());
      assertEquals(before, lab.picture());
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void add_fixedTable_makesRulesAlone(Netns pod) {
    pod.run("ip route add default via 10.1.2.1 table 5001");

    add("'table':5001");

    assertEquals(
        List.of("32765: from 10.1.2.2 lookup 5001", "32765: from fd00:1::2 lookup 5001"),
        lab.rules());
    assertEquals(List.of("default via 10.1.2.1"), lab.routes("5001"));
    assertTrue(lab.routes("main", "net1").contains("10.1.2.0/24"));

    lab.deleteByJournal();

    assertEquals(List.of(), lab.rules());
    assertEquals(List.of("default via 10.1.2.1"), lab.routes("5001"));
  }

  @Test
  void add_gateways_areTheTablesDefaultRoutes() {
    lab.add(
        lab.request("'gateways':['10.1.2.9','fd00:1::9']", List.of("10.1.2.2/24", "fd00:1::2/64")));

    assertTrue(lab.routes("100").contains("default via 10.1.2.9"), () -> lab.picture());
    assertTrue(lab.routes("101").contains("default via fd00:1::9"), () -> lab.picture());
  }

  @Test
  void add_sourceHints_subnetsStayInMain(Netns pod, Netns node) {
    add("'addSourceHints':true");

    assertEquals(List.of("10.1.2.0/24", "fd00:1::/64", "fe80::/64"), lab.routes("main", "net1"));
    assertEquals("fd00:1::2", pod.ip("-6 route show fd00:1::/64").get(0).path("prefsrc").asText());
    pod.run("ping -n -c 1 -W 5 10.1.2.1");
    pod.run("ping -n -c 1 -W 5 fd00:1::1");
    node.run("ping -n -c 1 -W 5 -I 10.77.0.1 10.1.2.2");

    lab.deleteByJournal();

    assertEquals(before, lab.picture());
  }

  @Test
  void add_sourceHintsInASubnetOfBothInterfaces_leaveTheOther(Netns pod) {
    pod.run("ip link set net1 down; ip -6 address add fd00:1::22/64 dev eth0 nodad");
    pod.run("ip link set net1 up; ip address add fd00:1::2/64 dev net1 nodad");
    pod.run("ip -6 route add fd00:9::/64 via fd00:1::1 dev net1");
    pod.run("ip route add 10.6.0.0/24 dev eth0; ip route append 10.6.0.0/24 dev net1");
    pod.run("ip address add 10.6.0.2/24 dev net1 noprefixroute");
    pod.settle();
    before = lab.picture();

    lab.add(lab.request("'addSourceHints':true", List.of("10.6.0.2/24", "fd00:1::2/64 fd00:1::1")));

    assertTrue(lab.routes("main", "eth0").contains("fd00:1::/64"), lab::picture);
    assertTrue(lab.routes("main", "eth0").contains("10.6.0.0/24"), lab::picture);
    assertTrue(lab.deleteByJournal().clean());
    assertEquals(before, lab.picture());
  }

  @Test
  void check_untouched_isFine_withAndWithoutTheJournal() {
    PluginRequest request = lab.request("", BOTH);
    lab.add(request);

    lab.plugin.check(request);
    lab.forget();
    lab.plugin.check(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ip rule del pref 32765                           | rule from 10.1.2.2/32 lookup 100 with priority 32765 is missing",
        "ip -6 rule del pref 32765                        | rule from fd00:1::2/128 lookup 101 with priority 32765 is missing",
        "ip rule del pref 32765; ip rule add from 10.1.2.2 table 100 pref 9 | is 9: want 32765",
        "ip route del default table 100                   | route to 0.0.0.0/0 via 10.1.2.1 in table 100 is missing",
        "ip route del 10.9.0.0/16 table 100               | route to 10.9.0.0/16 via 10.1.2.1 in table 100 is missing",
        "ip -6 route del fd00:1::/64 table 101            | route to fd00:1::/64 in table 101 is missing",
        "ip link del net1                                 | link \"net1\" is not in the pod",
      })
  void check_changedByHand_isNamed(String change, String words, Netns pod) {
    PluginRequest request = lab.request("", BOTH);
    lab.add(request);
    pod.run(change);

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(request));

    assertEquals(ErrorCode.CHECK_FAILED, e.code());
    assertTrue(e.getMessage().contains(words), e::getMessage);
  }

  @Test
  void check_unknownToTheJournal_findsTheRuleGone(Netns pod) {
    PluginRequest request = lab.request("", BOTH);
    lab.add(request);
    lab.forget();
    pod.run("ip rule del pref 32765; ip -6 route flush table 101");

    CniException e = assertThrows(CniException.class, () -> lab.plugin.check(request));

    assertTrue(e.getMessage().contains("rule from 10.1.2.2/32 is missing"), e::getMessage);
    assertTrue(e.getMessage().contains("table 101 has no route"), e::getMessage);
  }

  @Test
  void delete_unknownToTheJournal_removesRulesAndTables(Netns pod) {
    PluginRequest request = lab.request("", BOTH);
    lab.add(request);
    lab.forget();
    pod.run("ip rule add from 10.5.0.2 table 77 pref 5");

    lab.plugin.delete(request);
    lab.plugin.delete(request.withPrevResult(Optional.empty()));
    lab.plugin.delete(request.withoutNetns());

    assertEquals(List.of("5: from 10.5.0.2 lookup 77"), lab.rules());
    assertEquals(List.of(), lab.routes("100"));
    assertEquals(List.of(), lab.routes("101"));
  }

  @Test
  void delete_podWithMoreRulesThanAreRead_isDoneAllTheSame(Netns pod) {
    pod.run("seq 1 9000 | sed 's/.*/rule add from 10.1.2.2 table &/' | ip -batch -");

    lab.plugin.delete(lab.request("", BOTH));

    pod.run("ip rule flush");
  }

  @Test
  void add_podWithManyRoutesElsewhere_isNotKeptFromIt(Netns pod) {
    pod.run(
        "seq 1 9000 | sed 's/.*/route add 10.20.0.0\\/16 dev eth0 metric & table 100/' | ip -batch -");

    add("");

    assertEquals(
        List.of("32765: from 10.1.2.2 lookup 101", "32765: from fd00:1::2 lookup 102"),
        lab.rules());
  }

  @Test
  void add_withoutPrevResult_isCode7AndChangesNothing() {
    CniException e = assertThrows(CniException.class, () -> lab.add(lab.request("net1", "")));

    assertEquals(ErrorCode.INVALID_CONFIG, e.code());
    assertTrue(e.getMessage().contains("\"prevResult\" is missing"), e::getMessage);
    assertEquals(before, lab.picture());
  }

  @Test
  void status_onThisKernel_isFine() {
    lab.plugin.status(lab.status(""));
  }
}
