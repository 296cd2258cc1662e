package io.myriapod.lab.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.Result;
import io.myriapod.fixtures.Waiting;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.NodePlugin;
import io.myriapod.lab.node.PciFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Virtual functions as interfaces of pods. */
@InNamespaces
@ExtendWith({LabNode.class, SharedAgent.class})
class KernelFunctionLab {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static Path root;
  private static List<PciFunction> first;
  private static List<PciFunction> second;

  @BeforeAll
  static void open() {
    first = Nic.FIRST.createVfs(2);
    second = Nic.SECOND.createVfs(2);
    first.forEach(PciFunction::awaitLink);
    second.forEach(PciFunction::awaitLink);
    root = SharedAgent.root();
  }

  private static NodePlugin plugin(Netns pod, PciFunction function, String address, String keys) {
    return FunctionNetwork.of(root, pod, function, keys, address);
  }

  private static JsonNode card(Nic nic) {
    return Command.of("ip", "-d", "-j", "link", "show", nic.link()).run().json().get(0);
  }

  private static boolean reaches(Netns pod, String address) {
    return pod.attempt("ping", "-c", "1", "-W", "2", address).ok();
  }

  @Test
  void life_vlanMacTrustAndRate_areAskedOfTheCardAndPutBack(Netns pod, Netns peer, Netns other) {
    Map<String, JsonNode> before = NodeLinks.all();
    String keys =
        "\"vlan\": 100, \"mac\": \"02:00:5e:50:00:01\", \"trust\": \"on\", \"max_tx_rate\": 100,";
    NodePlugin south = plugin(pod, first.get(0), "10.80.0.1", keys);
    NodePlugin north = plugin(peer, second.get(0), "10.80.0.2", "\"vlan\": 100,");
    NodePlugin wrong = plugin(other, second.get(1), "10.80.0.3", "\"vlan\": 200,");
    Result added = south.run("ADD");
    NodePlugin attached = south.after(added);
    NodePlugin attachedPeer = north.after(north.run("ADD"));
    NodePlugin attachedOther = wrong.after(wrong.run("ADD"));

    JsonNode told = card(Nic.FIRST).path("vfinfo_list").get(0);
    assertEquals(100, told.at("/vlan_list/0/vlan").asInt(), told.toString());
    assertEquals("02:00:5e:50:00:01", told.path("address").asText());
    assertTrue(told.path("trust").asBoolean());
    assertEquals(100, told.at("/rate/max_tx").asInt());
    JsonNode link = added.json().at("/interfaces/0");
    assertEquals("02:00:5e:50:00:01", link.path("mac").asText());
    assertEquals(first.get(0).address(), link.path("pciID").asText());
    Waiting.until(SOON, "a reply in VLAN 100", () -> reaches(pod, "10.80.0.2"));
    assertFalse(reaches(pod, "10.80.0.3"));
    attached.run("CHECK");
    pod.run("ip link set net1 down");
    pod.run("ip link set net1 name other");

    attached.run("DEL");
    attachedPeer.run("DEL");
    attachedOther.run("DEL");
    NodeLinks.assertAgain(before);
  }

  @ParameterizedTest
  @CsvSource({
    "link_state, '\"link_state\": \"enable\",', igb cannot set link_state: EOPNOTSUPP",
    "vlanProto, '\"vlan\": 7, \"vlanProto\": \"802.1ad\",', igb cannot set vlanProto: EPROTONOSUPPORT",
    "min_tx_rate, '\"min_tx_rate\": 10,', igb cannot set min_tx_rate: EINVAL"
  })
  void add_whatTheDriverCannot_isSaidBeforeAnythingIsChanged(
      String key, String config, String words, Netns pod) {
    Map<String, JsonNode> before = NodeLinks.all();
    NodeState podBefore = NodeState.of(pod);

    Result refused = plugin(pod, first.get(0), "10.80.0.1", config).attempt("ADD");

    assertEquals(115, refused.json().path("code").asInt(), refused.out());
    assertTrue(refused.json().path("msg").asText().contains(words), refused.out());
    assertTrue(refused.json().path("details").asText().contains(key), refused.out());
    NodeLinks.assertAgain(before);
    NodeState.of(pod).assertSameAs(podBefore);
  }

  @Test
  void add_macThatAnotherFunctionOfTheCardHas_isRefusedBeforeAnythingIsChanged(Netns pod) {
    Map<String, JsonNode> before = NodeLinks.all();
    String taken = card(Nic.FIRST).path("vfinfo_list").get(1).path("address").asText();

    Result refused =
        plugin(pod, first.get(0), "10.80.0.1", "\"mac\": \"%s\",".formatted(taken)).attempt("ADD");

    assertEquals(115, refused.json().path("code").asInt(), refused.out());
    assertTrue(refused.json().path("msg").asText().contains(taken), refused.out());
    NodeLinks.assertAgain(before);
  }

  @Test
  void add_addressManagementFails_putsAllBack(Netns pod) {
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin south =
        NodePlugin.of(
            root,
            pod,
            """
            {"cniVersion": "1.1.0", "name": "full", "type": "sriov", "deviceID": "%s", "vlan": 100,
             "mac": "02:00:5e:50:00:01", "trust": "on", "max_tx_rate": 100, "mtu": 1400,
             "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.80.0.0/30",
               "rangeStart": "10.80.0.1", "rangeEnd": "10.80.0.1", "gateway": "10.80.0.1"}]]}}
            """
                .formatted(first.get(0)));

    Result failed = south.attempt("ADD");

    assertEquals(101, failed.json().path("code").asInt(), failed.out());
    assertFalse(pod.hasLink("net1"));
    NodeLinks.assertAgain(before);
  }

  @Test
  void delete_namespaceGone_bringsTheFunctionHome(Netns pod) {
    Map<String, JsonNode> before = NodeLinks.all();
    NodePlugin south =
        plugin(pod, first.get(1), "10.80.0.1", "\"vlan\": 100, \"mtu\": 1400, \"trust\": \"on\",");
    NodePlugin attached = south.after(south.run("ADD"));

    pod.close();
    // code 11 as long as the kernel has not brought it out of the namespace
    Waiting.until(SOON, "a DEL that succeeds", () -> attached.attempt("DEL").ok());

    NodeLinks.assertAgain(before);
  }

  @Test
  void check_changedByHand_isNamed(Netns pod) {
    NodePlugin south = plugin(pod, first.get(1), "10.80.0.1", "\"vlan\": 100,");
    NodePlugin attached = south.after(south.run("ADD"));
    Command.of("ip", "link", "set", Nic.FIRST.link(), "vf", "1", "vlan", "5").run();

    Result checked = attached.attempt("CHECK");

    assertEquals(106, checked.json().path("code").asInt(), checked.out());
    assertTrue(checked.json().path("msg").asText().contains("VLAN"), checked.out());
    attached.run("DEL");
  }
}
