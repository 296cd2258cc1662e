package io.myriapod.base.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InNamespaces(
    kinds = {"bridge", "veth"},
    programs = {"nft", "ping"})
class MasqueradeIT {
  private static final String RULES = "nft list ruleset";
  @TempDir private Path temp;
  private BridgeLab lab;

  /** The world beyond the node has no route back to the pods. */
  @BeforeEach
  void open(Netns node, Netns pod, Netns world) {
    lab = new BridgeLab(node, pod, temp);
    node.run("ip link add up0 type veth peer name down0 netns " + world.name());
    node.run("ip link set up0 up; ip addr add 192.0.2.1/24 dev up0");
    node.run("ip addr add 2001:db8::1/64 dev up0 nodad");
    world.run("ip link set down0 up; ip addr add 192.0.2.2/24 dev down0");
    world.run("ip addr add 2001:db8::2/64 dev down0 nodad");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void add_bothFamilies_podReachesTheWorldUnderTheNodesAddress(Netns pod) {
    lab.add(masqueraded());

    pod.run("ping -c1 -W2 192.0.2.2");
    pod.run("ping -c1 -W2 2001:db8::2");
  }

  @Test
  void add_withoutIpMasq_worldCannotAnswer(Netns node, Netns pod) {
    lab.add("'isDefaultGateway':true," + ranges());

    assertFalse(pod.attempt("ping -c1 -W1 192.0.2.2").ok());
    assertEquals("", node.run(RULES).out());
  }

  @Test
  void add_trafficInsideTheSubnet_keepsItsSource(Netns node, Netns pod) {
    lab.add(masqueraded());
    node.run(
        "nft add table ip seen; nft add chain ip seen in '{ type filter hook input priority 0; }'");
    node.run("nft add rule ip seen in ip saddr 10.1.2.2 icmp type echo-request counter");

    pod.run("ping -c1 -W2 10.1.2.1");

    assertTrue(node.run("nft list table ip seen").out().contains("packets 1"));
  }

  @Test
  void restore_afterFlushRuleset_podReachesTheWorldAgain(Netns node, Netns pod) {
    lab.add(masqueraded());
    node.run("nft flush ruleset");

    lab.masquerade.restore();

    pod.run("ping -c1 -W2 192.0.2.2");
  }

  @Test
  void restore_foreignElements_areRemoved(Netns node) {
    lab.add(masqueraded());
    node.run("nft add element inet myriapod pods4 '{ 203.0.113.9 }'");

    lab.masquerade.restore();

    assertFalse(node.run(RULES).out().contains("203.0.113.9"));
    assertTrue(node.run(RULES).out().contains("10.1.2.2"));
  }

  @Test
  void restore_nobodyAttached_leavesNoTable(Netns node) {
    lab.masquerade.restore();

    assertEquals("", node.run(RULES).out());
  }

  @Test
  void restore_nobodyAttachedAndAgain_leavesTheRulesetAlone(Netns node) {
    lab.masquerade.restore();
    node.run("nft add table inet myriapod");

    lab.masquerade.restore();

    assertTrue(node.run("nft list tables").out().contains("inet myriapod"), "written each time");
  }

  @Test
  void add_secondPodAfterFlush_bringsTheFirstBackToo(Netns node, Netns pod, Netns other) {
    lab.add(masqueraded());
    node.run("nft flush ruleset");

    lab.add(lab.request("c2", "eth0", other, masqueraded()));

    pod.run("ping -c1 -W2 192.0.2.2");
    other.run("ping -c1 -W2 192.0.2.2");
  }

  @Test
  void undo_oneOfTwo_keepsTheOther(Netns node, Netns pod, Netns other) {
    lab.add(masqueraded());
    lab.add(lab.request("c2", "eth0", other, masqueraded()));

    lab.undo(List.of(lab.journal.all().get(0)));

    other.run("ping -c1 -W2 192.0.2.2");
    assertFalse(node.run(RULES).out().contains("10.1.2.2 "));
  }

  @Test
  void undo_sameAddressOfTwoPods_staysUntilTheSecondLeaves(Netns node, Netns pod, Netns other) {
    String address = "'ipam':{'type':'static','addresses':[{'address':'10.7.0.2/%d'}]}";
    lab.add("'ipMasq':true,'bridge':'br1'," + address.formatted(24));
    lab.add(
        lab.request("c2", "eth0", other, "'ipMasq':true,'bridge':'br2'," + address.formatted(16)));
    assertTrue(node.run(RULES).out().contains("10.7.0.2 . 10.7.0.0/16"));

    lab.undo(List.of(lab.journal.all().get(0)));
    assertTrue(node.run(RULES).out().contains("10.7.0.2"));

    lab.undo(lab.journal.all());
    assertEquals("", node.run(RULES).out());
  }

  @Test
  void undo_tableFlushedBefore_isClean(Netns node, Netns pod, Netns other) {
    lab.add(masqueraded());
    lab.add(lab.request("c2", "eth0", other, masqueraded()));
    node.run("nft flush ruleset");

    assertTrue(lab.undo(List.of(lab.journal.all().get(0))).clean());

    other.run("ping -c1 -W2 192.0.2.2");
  }

  @Test
  void undo_any_leavesTablesOfOthersAlone(Netns node) {
    node.run("nft add table inet others");
    lab.add(masqueraded());

    lab.deleteByJournal();

    assertEquals("table inet others {\n}\n", node.run(RULES).out());
  }

  @Test
  void validate_nftMissing_isRefusedBeforeAnything(Netns node, Netns pod) {
    try (BridgeLab without = new BridgeLab(node, pod, temp.resolve("other"), Optional.empty())) {
      PluginRequest request = without.request("eth0", masqueraded());

      CniException e = assertThrows(CniException.class, () -> without.plugin.validate(request));

      assertEquals(ErrorCode.KERNEL_REFUSED, e.code());
      assertTrue(e.details().contains("install nftables"), e::details);
    }
  }

  @Test
  void validate_nftRefuses_keepsItsWords(Netns node, Netns pod) throws Exception {
    Path nft = script("echo 'Error: Could not process rule: Operation not supported'; exit 1");
    try (BridgeLab broken = new BridgeLab(node, pod, temp.resolve("other"), Optional.of(nft))) {
      PluginRequest request = broken.request("eth0", masqueraded());

      CniException e = assertThrows(CniException.class, () -> broken.plugin.validate(request));

      assertTrue(e.getMessage().contains("Operation not supported"), e::getMessage);
    }
  }

  @Test
  void add_nftFailsAfterValidation_leavesNothing(Netns node, Netns pod) throws Exception {
    Path nft =
        script(
            "case $* in *--check*) exit 0;; esac; cat >/dev/null; grep -q . "
                + temp
                + "/broken && exit 1; exit 0");
    Files.writeString(temp.resolve("broken"), "yes");
    try (BridgeLab broken = new BridgeLab(node, pod, temp.resolve("other"), Optional.of(nft))) {
      assertThrows(CniException.class, () -> broken.add(masqueraded()));

      assertFalse(pod.hasLink("eth0"));
      Files.writeString(temp.resolve("broken"), "");
      assertTrue(broken.deleteByJournal().clean());
      assertEquals(List.of(), broken.leased());
    }
  }

  private Path script(String body) throws Exception {
    Path script = Files.writeString(temp.resolve("nft-" + body.hashCode()), "#!/bin/sh\n" + body);
    assertTrue(script.toFile().setExecutable(true));
    return script;
  }

  private String masqueraded() {
    return "'isDefaultGateway':true,'ipMasq':true,'dad':'none'," + ranges();
  }

  private String ranges() {
    return lab.hostLocal("'ranges':[[{'subnet':'10.1.2.0/24'}],[{'subnet':'fd00:1::/64'}]]");
  }
}
