package io.myriapod.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.InverseHandler;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A function as a virtual machine has it: no card in sight. A veth end is its interface. */
@InNamespaces(kinds = "veth")
class FunctionWithoutCardIT {
  private static final String FUNCTION = "0000:07:10.1";

  private Lab lab;

  private static final class Lab extends PluginLab {
    private final SriovPlugin plugin;

    Lab(Netns node, Netns pod, Path temp) {
      super(node, pod, temp, "south");
      Lock lock = new ReentrantLock();
      Places places = new Places(temp.resolve("sys"), temp.resolve("dev"), temp.resolve("run"));
      plugin =
          new SriovPlugin(
              this.node, journal, ipam, addressing, lock, (holder, patience) -> {}, places);
      Map<String, InverseHandler> handlers =
          new HashMap<>(new VirtualFunctions(this.node, journal, places, lock).inverseHandlers());
      handlers.putAll(plugin.inverseHandlers());
      undoWith(handlers);
      node.run("ip link add vf0 type veth peer name wire0");
      node.sysctl("net/ipv6/conf/wire0/disable_ipv6", "1"); // its carrier comes with the pod
      node.run("ip link set wire0 up");
    }

    @Override
    protected Plugin plugin() {
      return plugin;
    }

    @Override
    protected NetworkConfig configOf(String keys) {
      return config("south", SriovPlugin.TYPE, "'deviceID':'" + FUNCTION + "'" + keys);
    }
  }

  @BeforeEach
  void open(Netns node, Netns pod, @TempDir Path temp) {
    new FakeSysfs(temp.resolve("sys"))
        .function(FUNCTION, "0x8086", "0x1889", Optional.of("iavf"))
        .directory("bus/pci/devices/" + FUNCTION + "/net/vf0");
    lab = new Lab(node, pod, temp);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private CniException refused(String keys) {
    return assertThrows(
        CniException.class, () -> lab.plugin.validate(lab.request("net1", "," + keys)));
  }

  @Test
  void life_optionsOfTheInterface_areSetAndPutBack(Netns node, Netns pod) {
    NodeState before = NodeState.of(node);

    CniResult result =
        lab.add(
            lab.request(
                "net1", ",'mac':'02:00:5e:07:10:01','mtu':1300,'allmulti':true,'promisc':true"));

    JsonNode link = pod.link("net1");
    assertEquals("02:00:5e:07:10:01", link.path("address").asText());
    assertEquals(1300, link.path("mtu").asInt());
    assertTrue(link.path("flags").toString().contains("\"ALLMULTI\""), link.toString());
    assertTrue(link.path("flags").toString().contains("\"PROMISC\""), link.toString());
    assertEquals(Optional.of(FUNCTION), result.interfaces().get(0).pciId().map(Object::toString));
    assertTrue(lab.deleteByJournal().clean());
    assertFalse(pod.hasLink("net1"));
    NodeState.of(node).assertSameAs(before);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'vlan':100|VLAN",
        "'max_tx_rate':100|rate",
        "'spoofchk':'on'|spoof check",
        "'trust':'on'|trust",
        "'link_state':'enable'|link state"
      })
  void add_whatOnlyTheCardCanDo_isRefusedByName(String keys, String named, Netns node, Netns pod) {
    CniException refusal = refused(keys);

    assertEquals(ErrorCode.DEVICE_UNUSABLE, refusal.code());
    assertEquals(
        "tell the card of %s %s: its physical function is not to be seen here"
            .formatted(FUNCTION, named),
        refusal.getMessage());
    assertTrue(node.hasLink("vf0"));
    assertFalse(pod.hasLink("net1"));
  }

  @Test
  void add_faultAtEveryStep_functionIsAsBefore(Netns node, Netns pod) {
    NodeState before = NodeState.of(node);

    int steps =
        lab.faultAtEveryStep(
            () -> lab.add(lab.request("net1", ",'mac':'02:00:5e:07:10:01','mtu':1300")),
            () -> {
              assertFalse(pod.hasLink("net1"));
              NodeState.of(node).assertSameAs(before);
            });

    assertTrue(steps > 2, "steps: " + steps);
  }

  @Test
  void add_anotherPodHasIt_isRefusedOnceTheDeadlineIsNear(Netns pod) {
    lab.add(lab.request("net1", ""));

    CniException own =
        assertThrows(CniException.class, () -> lab.add(lab.request("c1", "net2", pod, "")));

    assertEquals(ErrorCode.INVALID_CONFIG, own.code());
    assertTrue(own.getMessage().contains("the same container has it"), own.getMessage());
    assertEquals(
        Optional.of("c1"),
        lab.journal
            .devices()
            .holder(new PciAddress(FUNCTION))
            .map(record -> record.key().container().value()));
  }
}
