package io.myriapod.ipam;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.gc;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static io.myriapod.ipam.Requests.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.myriapod.cni.chain.ChainListener;
import io.myriapod.cni.chain.DelegatedIpam;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.foreign.Launcher;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.result.CniResult;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IpamTest {
  private static final NetworkConfig POOL = config(hostLocal("[{'subnet':'10.1.2.0/24'}]"));

  @TempDir Path root;
  private final List<String> executed = new ArrayList<>();
  private Ipam ipam;

  @BeforeEach
  void newIpam() {
    ipam = new Ipam(root, new DelegatedIpam(new Answering(), ChainListener.NONE));
  }

  private final class Answering implements Launcher {
    @Override
    public Outcome run(
        Path program, Map<String, String> environment, byte[] stdin, Deadline deadline) {
      executed.add(program.getFileName() + " " + environment.get("CNI_COMMAND"));
      String answer = "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.9.9/24\"}]}";
      return new Outcome(0, answer.getBytes(StandardCharsets.UTF_8), new byte[0]);
    }
  }

  private PluginRequest foreign(String ipam) throws IOException {
    Path program = root.resolve("bin/host-local");
    Files.createDirectories(program.getParent());
    for (String name : List.of("host-local", "whereabouts")) {
      Path file = program.resolveSibling(name);
      Files.writeString(file, "");
      file.toFile().setExecutable(true);
    }
    PluginRequest plain = request("a", config(ipam));
    return new PluginRequest(
        plain.container(),
        plain.interfaceName(),
        Optional.of(Path.of("/run/netns/x")),
        plain.args(),
        plain.config(),
        Optional.empty(),
        plain.deadline(),
        List.of(program.getParent()));
  }

  @Test
  void allocate_noIpamSection_isEmpty() {
    PluginRequest layer2 = request("a", POOL.without("ipam"));
    ipam.validate(layer2);
    assertEquals(CniResult.empty(), ipam.allocate(layer2));
    assertEquals(Optional.empty(), ipam.leaseOf(layer2));
    ipam.release(layer2);
    ipam.check(layer2);
    ipam.gc(gc(POOL.without("ipam")));
    ipam.status(status(POOL.without("ipam")));
  }

  @Test
  void releaseLease_byWhatLeaseOfSaid_freesWithoutConfiguration() {
    LeaseRef lease = ipam.leaseOf(request("a", POOL)).orElseThrow();
    assertEquals(new LeaseRef(Path.of("/leases"), "pool"), lease);
    ipam.allocate(request("a", POOL));
    assertTrue(Files.exists(root.resolve("leases/pool/10.1.2.2")));
    for (int time = 0; time < 2; time++) {
      ipam.releaseLease(
          lease.dataDir(), lease.network(), new ContainerId("a"), new InterfaceName("net1"));
    }
    assertFalse(Files.exists(root.resolve("leases/pool/10.1.2.2")));
  }

  @Test
  void allocateForLink_pool_announcesTheLeaseBeforeItIsTaken() {
    List<LeaseRef> announced = new ArrayList<>();

    ipam.allocateForLink(
        request("a", POOL),
        lease -> {
          assertFalse(Files.exists(root.resolve("leases/pool/10.1.2.2")));
          announced.add(lease);
        });

    assertEquals(List.of(new LeaseRef(Path.of("/leases"), "pool")), announced);
    assertTrue(Files.exists(root.resolve("leases/pool/10.1.2.2")));
  }

  @Test
  void allocateForLink_noIpamSection_announcesNothing() {
    assertEquals(
        CniResult.empty(),
        ipam.allocateForLink(
            request("a", POOL.without("ipam")), lease -> fail("announced " + lease)));
  }

  @Test
  void allocate_foreignType_isExecuted() throws IOException {
    PluginRequest request = foreign("{'type':'whereabouts'}");
    assertEquals("10.9.9.9/24", ipam.allocate(request).addresses().get(0).address().toString());
    ipam.release(request);
    assertEquals(List.of("whereabouts ADD", "whereabouts DEL"), executed);
    assertEquals(Optional.empty(), ipam.leaseOf(request));
  }

  @Test
  void allocate_builtInSwitchedOff_executesTheNodesBinary() throws IOException {
    PluginRequest request = foreign("{'type':'host-local','builtin':false}");
    ipam.allocate(request);
    assertEquals(List.of("host-local ADD"), executed);
  }
}
