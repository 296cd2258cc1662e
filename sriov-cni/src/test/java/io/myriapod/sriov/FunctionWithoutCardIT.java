package io.myriapod.sriov;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.NodeState;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.ipam.Ipam;
import io.myriapod.journal.InverseHandler;
import io.myriapod.pluginlab.PluginLab;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
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
@InNamespaces(kinds = {"veth", "macvlan"})
class FunctionWithoutCardIT {
  private static final String FUNCTION = "0000:07:10.1";
  private static final String FOR_PROGRAMS = "0000:07:10.3";

  private Lab lab;

  private static final class Lab extends PluginLab {
    private final SriovPlugin plugin;

    Lab(Netns node, Netns pod, Path temp) {
      super(node, pod, temp, "south");
      Lock lock = new ReentrantLock();
      Ipam both = new Ipam(Path.of("/"), new DelegatedIpam(Lab::answer, ChainListener.NONE));
      Places places = new Places(temp.resolve("sys"), temp.resolve("dev"), temp.resolve("run"));
      plugin =
          new SriovPlugin(
              this.node, journal, both, addressing, lock, (holder, patience) -> {}, places, temp);
      Map<String, InverseHandler> handlers =
          new HashMap<>(new VirtualFunctions(this.node, journal, places, lock).inverseHandlers());
      handlers.putAll(plugin.inverseHandlers());
      undoWith(handlers);
      node.run("ip link add vf0 type veth peer name wire0");
      node.sysctl("net/ipv6/conf/wire0/disable_ipv6", "1"); // its carrier comes with the pod
      node.run("ip link set wire0 up");
    }

    private static Launcher.Outcome answer(
        Path program, Map<String, String> environment, byte[] stdin, Deadline deadline) {
      String result = "{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.9.0.5/24\"}]}";
      return new Launcher.Outcome(0, result.getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    @Override
    protected Plugin plugin() {
      return plugin;
    }

    @Override
    protected NetworkConfig configOf(String keys) {
      boolean named = keys.contains("deviceID");
      return config(
          "south",
          SriovPlugin.TYPE,
          named ? keys.substring(1) : "'deviceID':'" + FUNCTION + "'" + keys);
    }
  }

  @BeforeEach
  void open(Netns node, Netns pod, @TempDir Path temp) {
    new FakeSysfs(temp.resolve("sys"))
        .function(FUNCTION, "0x8086", "0x1889", Optional.of("iavf"))
        .function(FOR_PROGRAMS, "0x8086", "0x1889", Optional.of("vfio-pci"))
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

  /** A program drives it: somebody else's address management is asked, and no link is touched. */
  @Test
  void add_functionForPrograms_hasTheAddressesOfAnExecutedIpam(Netns pod) throws IOException {
    NodeState before = NodeState.of(pod);
    Files.createFile(
        lab.leases.resolveSibling("theirs"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

    CniResult result =
        lab.add(lab.request("net1", ",'ipam':{'type':'theirs'},'deviceID':'" + FOR_PROGRAMS + "'"));

    assertEquals(List.of(), result.interfaces());
    assertEquals("10.9.0.5/24", result.addresses().get(0).address().toString());
    assertEquals(Optional.empty(), result.addresses().get(0).interfaceIndex());
    NodeState.of(pod).assertSameAs(before);
    assertTrue(lab.deleteByJournal().clean());
  }

  @Test
  void add_macvlanOfAnotherPodOnIt_isRefused(Netns node, Netns other) {
    node.run("ip link add link vf0 name child netns " + other.name() + " type macvlan");

    CniException refusal = assertThrows(CniException.class, () -> lab.add(lab.request("net1", "")));

    assertEquals(
        "take virtual function %s: it carries macvlan \"child\" of a pod".formatted(FUNCTION),
        refusal.getMessage());
  }

  /**
   * Numbers of links are a namespace's own: a container's macvlan may have a parent numbered so.
   */
  @Test
  void add_macvlanOnSameNumberInAnotherNamespace_isNoUseOfIt(
      Netns node, Netns pod, Netns stranger, Netns other) {
    String number = node.link("vf0").path("ifindex").asText();
    stranger.run("ip link add s0 index " + number + " type veth peer name s1");
    stranger.run("ip link add link s0 name child netns " + other.name() + " type macvlan");

    lab.add(lab.request("net1", ""));

    assertTrue(pod.hasLink("net1"));
  }

  @Test
  void gc_nothingIsValid_freesTheLeases() {
    PluginRequest request = lab.request("net1", "," + lab.hostLocal("'subnet':'10.9.1.0/24'"));
    lab.add(request);
    assertEquals(1, lab.leased().size());

    lab.plugin.gc(PluginLab.collecting(request));

    assertEquals(List.of(), lab.leased());
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
