package io.myriapod.base.bandwidth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@InNamespaces(
    kinds = {"veth", "macvlan", "ifb"},
    programs = {"tc", "ping"})
class BandwidthAddIT {
  /** More at once than a bucket of some packets holds. */
  private static final String FLOOD = "ping -q -c20 -l20 -s1300 -w1 ";

  @TempDir private Path temp;
  private BandwidthLab lab;

  @BeforeEach
  void open(Netns node, Netns pod) {
    lab = new BandwidthLab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static void assertBucket(JsonNode root, int rate, int burst) {
    assertEquals("tbf", root.path("kind").asText());
    assertEquals("1:", root.path("handle").asText());
    assertEquals(rate, root.path("options").path("rate").asInt());
    assertEquals(burst, root.path("options").path("burst").asInt());
    assertEquals(25_000, root.path("options").path("lat").asInt());
  }

  @Test
  void add_veth_isLimitedOnTheNodeAsByTheReferencePlugin(Netns node, Netns pod) {
    PluginRequest request = lab.onVeth(BandwidthLab.BOTH);

    CniResult result = lab.add(request);

    assertBucket(BandwidthLab.root(node, "host0"), 10_000, 2_000);
    assertBucket(BandwidthLab.root(node, BandwidthLab.IFB), 20_000, 4_000);
    assertEquals(BandwidthLab.IFB, BandwidthLab.redirectedTo(node, "host0"));
    JsonNode ifb = node.link(BandwidthLab.IFB);
    assertTrue(ifb.path("flags").toString().contains("\"UP\""));
    assertEquals(1400, ifb.path("mtu").asInt());
    assertEquals("myriapod bandwidth limited c1 net1", ifb.path("ifalias").asText());
    assertEquals("noqueue", BandwidthLab.root(pod, "net1").path("kind").asText());
    assertEquals(3, result.interfaces().size());
    Interface last = result.interfaces().get(2);
    assertEquals(BandwidthLab.IFB, last.name());
    assertEquals(Optional.of(ifb.path("address").asText()), last.mac());
    assertTrue(last.sandbox().isEmpty() && last.mtu().isEmpty());
  }

  @Test
  void add_macvlan_isLimitedInThePod(Netns node, Netns pod) {
    PluginRequest request = lab.onMacvlan(BandwidthLab.BOTH);

    CniResult result = lab.add(request);

    assertBucket(BandwidthLab.root(pod, "net1"), 20_000, 4_000);
    assertBucket(BandwidthLab.root(pod, BandwidthLab.IFB), 10_000, 2_000);
    assertEquals(BandwidthLab.IFB, BandwidthLab.redirectedTo(pod, "net1"));
    assertEquals(List.of(), pod.addresses(BandwidthLab.IFB));
    assertFalse(node.hasLink(BandwidthLab.IFB));
    assertEquals(request.prevResult().orElseThrow(), result);
  }

  /** By counters: what the buckets dropped, and that something came through. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void add_bothLimits_dropWhatIsTooMuch(boolean veth, Netns node, Netns pod) {
    lab.add(veth ? lab.onVeth(BandwidthLab.BOTH) : lab.onMacvlan(BandwidthLab.BOTH));
    Netns where = veth ? node : pod;
    JsonNode root = BandwidthLab.root(where, veth ? "host0" : "net1");
    assertEquals(0, root.path("drops").asInt());

    pod.attempt(FLOOD + "10.1.2.1");
    node.attempt(FLOOD + "10.1.2.2");

    for (String link : List.of(veth ? "host0" : "net1", BandwidthLab.IFB)) {
      JsonNode counted = BandwidthLab.root(where, link);
      assertTrue(counted.path("drops").asInt() > 0, counted::toString);
      assertTrue(counted.path("overlimits").asInt() > 0, counted::toString);
      assertTrue(counted.path("bytes").asInt() > 1_300, counted::toString);
    }
    pod.run("ping -c1 -W5 10.1.2.1");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void add_wideLimits_letEverythingPass(boolean veth, Netns pod) {
    String wide =
        "'ingressRate':8000000000,'ingressBurst':80000000,"
            + "'egressRate':8000000000,'egressBurst':80000000";
    lab.add(veth ? lab.onVeth(wide) : lab.onMacvlan(wide));

    String said = pod.run("ping -q -c20 -l20 -s1300 -W2 10.1.2.1").out();

    assertTrue(said.contains(" 0% packet loss"), said);
  }

  @Test
  void add_oneDirection_leavesTheOtherAlone(Netns node, Netns pod) {
    CniResult result = lab.add(lab.onVeth(BandwidthLab.INGRESS));

    assertBucket(BandwidthLab.root(node, "host0"), 10_000, 2_000);
    assertFalse(node.hasLink(BandwidthLab.IFB));
    assertEquals("", node.run("tc qdisc show dev host0 ingress").out());
    assertEquals(2, result.interfaces().size());
  }

  @Test
  void add_noLimit_givesThePreviousResultAndTouchesNothing(Netns node) {
    PluginRequest request = lab.onVeth("'ingressRate':0");

    assertEquals(request.prevResult().orElseThrow(), lab.add(request));

    assertEquals("noqueue", BandwidthLab.root(node, "host0").path("kind").asText());
    assertEquals(List.of(), lab.journal.all());
  }

  /** Such as an end of somebody else's veth that host-device brought. */
  @Test
  void add_vethWhoseFarEndIsNotListed_isLimitedInThePod(Netns node, Netns pod) {
    PluginRequest request = lab.onVeth(BandwidthLab.BOTH);
    CniResult before = request.prevResult().orElseThrow();
    CniResult podOnly = before.withInterfaces(List.of(before.interfaces().get(1)));

    lab.add(request.withPrevResult(Optional.of(podOnly)));

    assertBucket(BandwidthLab.root(pod, "net1"), 20_000, 4_000);
    assertEquals("noqueue", BandwidthLab.root(node, "host0").path("kind").asText());
  }

  @Test
  void add_ifbNameTakenByAnotherInterface_takesItsOwn(Netns node) {
    node.run("ip link add %s type ifb".formatted(BandwidthLab.IFB));
    node.run(
        "ip link set %s alias 'myriapod bandwidth limited c1 net0'".formatted(BandwidthLab.IFB));

    CniResult result = lab.add(lab.onVeth(BandwidthLab.EGRESS));

    String name = result.interfaces().get(2).name();
    assertTrue(name.startsWith("bwp") && !name.equals(BandwidthLab.IFB), name);
    assertEquals(name, BandwidthLab.redirectedTo(node, "host0"));
  }

  @Test
  void add_ifbOfALostRecord_isMadeAnew(Netns node) {
    node.run("ip link add %s type ifb".formatted(BandwidthLab.IFB));
    node.run(
        "ip link set %s alias 'myriapod bandwidth limited c1 net1'".formatted(BandwidthLab.IFB));

    lab.add(lab.onVeth(BandwidthLab.EGRESS));

    assertEquals(BandwidthLab.IFB, BandwidthLab.redirectedTo(node, "host0"));
    assertEquals(1, node.ip("link show type ifb").size());
  }

  @Test
  void add_otherRootDiscipline_saysWhichAndTouchesNothing(Netns node) {
    PluginRequest request = lab.onVeth(BandwidthLab.BOTH);
    node.run("tc qdisc add dev host0 handle 5: root pfifo limit 10");

    assertRefused(request, "what link \"host0\" of the node sends", "\"pfifo\" 5:");

    assertEquals("pfifo", BandwidthLab.root(node, "host0").path("kind").asText());
    assertFalse(node.hasLink(BandwidthLab.IFB));
  }

  @Test
  void add_otherIngressDiscipline_saysWhich(Netns node, Netns pod) {
    PluginRequest request = lab.onMacvlan(BandwidthLab.BOTH);
    pod.run("tc qdisc add dev net1 clsact");

    assertRefused(request, "what link \"net1\" of the pod receives", "\"clsact\" ffff:");

    assertEquals("noqueue", BandwidthLab.root(pod, "net1").path("kind").asText());
  }

  private void assertRefused(PluginRequest request, String... words) {
    CniException e = assertThrows(CniException.class, () -> lab.add(request));
    assertEquals(ErrorCode.KERNEL_REFUSED, e.code(), e::getMessage);
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e::getMessage);
    }
    assertEquals(List.of(), lab.journal.all());
  }

  @Test
  void add_withoutTheLinkOrThePreviousResult_isCode7() {
    PluginRequest bare = lab.request("net1", BandwidthLab.BOTH);

    CniException noResult = assertThrows(CniException.class, () -> lab.add(bare));
    CniException noLink =
        assertThrows(
            CniException.class, () -> lab.add(bare.withPrevResult(Optional.of(CniResult.empty()))));

    assertEquals(ErrorCode.INVALID_CONFIG, noResult.code());
    assertTrue(noResult.getMessage().contains("\"prevResult\" is missing"), noResult::getMessage);
    assertEquals(ErrorCode.INVALID_CONFIG, noLink.code());
    assertTrue(noLink.getMessage().contains("no such link"), noLink::getMessage);
  }
}
