package io.myriapod.e2e.behaviour;

import static io.myriapod.e2e.behaviour.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device of the node that pods and runtimes take and give back. Cases B3 and B4 among others. */
@InNamespaces(kinds = "bridge")
class HostDeviceIT {
  private static final String DEVICE = "\"type\":\"host-device\",\"device\":\"dev0\"";
  private static Stage stage;
  private static TestPod first;
  private NodeState before;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    stage.node().run("ip link add dev0 type veth peer name wire9; ip link set wire9 up");
    stage.node().run("ip link set dev0 address 02:00:00:00:00:d0 mtu 1450 txqueuelen 500");
    stage.node().run("ip link property add dev dev0 altname card0");
    stage.node().run("ip address add 10.7.0.2/24 dev dev0; ip link set dev0 up");
    stage.define("card", "{\"cniVersion\":\"1.0.0\",%s}".formatted(DEVICE));
    first = stage.podWith("card");
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @BeforeEach
  void look() {
    before = picture();
  }

  private void assertHome() {
    picture().assertSameAs(before);
  }

  /** Without what the bridge of the default network learns and forgets by itself. */
  private static NodeState picture() {
    return NodeState.without(List.of("fdb"), stage.node());
  }

  @Test
  void add_podsOneAfterTheOther_theDeviceIsTheirsInTurn() {
    first.add();
    TestPod second = stage.podWith("card");

    assertRefused(second.call().attempt("ADD"), 11, "\"dev0\"", "container box-" + first.name());
    first.delete();
    second.add();

    assertEquals("02:00:00:00:00:d0", second.macOf("net1"));
    second.delete();
    assertHome();
  }

  @Test
  void add_twoNetworksWantTheSameDevice_isRefusedAndNothingStays() {
    TestPod pod = stage.podWith("card,card");

    assertRefused(pod.call().attempt("ADD"), 7, "the same container has it already");

    assertHome();
  }

  @Test
  void delete_tuningBehindIt_everythingIsAsItWas() {
    stage.define(
        "tuned",
        """
        {"cniVersion": "1.0.0", "plugins": [{%s}, {"type": "tuning", "promisc": true, "allmulti": true,
         "mtu": 1300, "txQLen": 70, "mac": "02:00:00:00:00:77"}]}
        """
            .formatted(DEVICE));
    TestPod pod = stage.podWith("tuned");
    pod.add();
    JsonNode link = pod.netns().link("net1");
    assertEquals("02:00:00:00:00:77", link.get("address").asText());
    assertEquals(1300, link.get("mtu").asInt());
    assertTrue(link.get("flags").toString().contains("PROMISC"), link::toString);

    pod.delete();

    assertHome();
  }

  /** What its namespace does to hardware when it dies, by hand for a veth end. */
  @Test
  void delete_tunedDeviceCameHomeByItself_everythingIsAsItWas() {
    stage.define(
        "tuned-lost",
        """
        {"cniVersion": "1.0.0", "plugins": [{%s}, {"type": "tuning", "promisc": true, "mtu": 1300,
         "mac": "02:00:00:00:00:77"}]}
        """
            .formatted(DEVICE));
    TestPod pod = stage.podWith("tuned-lost");
    pod.add();
    pod.netns().run("ip link set net1 netns " + stage.node().name());
    pod.netns().close();

    stage.changed();
    pod.call().with("CNI_NETNS", "").run("DEL");

    assertHome();
  }

  @Test
  void delete_calledByItsName_isIdempotentWithAndWithoutNetns(Netns pod) {
    Solo solo =
        Solo.of(
            stage,
            pod,
            "solo",
            Stage.object(
                "{\"cniVersion\":\"1.1.0\",\"name\":\"alone\",%s,\"ipam\":%s}"
                    .formatted(DEVICE, Stage.hostLocal("10.45.0.0/24"))));
    solo.call().run("DEL");
    solo.call().after(solo.call().run("ADD")).run("CHECK");
    solo.call().with("CNI_NETNS", "").run("DEL");
    assertHome();
    assertEquals(List.of(), stage.leases("alone"));

    solo.call().run("ADD");
    solo.call().run("DEL");
    solo.call().run("DEL");
    solo.call().with("CNI_NETNS", "/run/netns/absent").run("DEL");

    assertHome();
    assertEquals(List.of(), stage.leases("alone"));
  }
}
