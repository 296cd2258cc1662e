package io.myriapod.agent.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.config.AgentConfig;
import io.myriapod.agent.config.AgentPaths;
import io.myriapod.agent.metrics.AgentMetrics;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PhaseListener;
import io.myriapod.kubernetes.kubelet.KubeletSockets;
import io.myriapod.linux.Node;
import io.myriapod.types.DeviceId;
import io.myriapod.vfio.VirtualFunctions;
import io.myriapod.vfio.VirtualFunctions.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which pool has a device, on a fake tree with two virtual functions. */
class DeviceServiceTest {
  private static final DeviceId FIRST = new DeviceId("0000:01:10.0");
  private static final DeviceId SECOND = new DeviceId("0000:01:10.2");

  @TempDir private Path root;
  private Journal journal;
  private DeviceService service;

  @BeforeEach
  void make() throws IOException {
    FakeSysfs sysfs = new FakeSysfs(root.resolve("sys")).driver("igbvf", "0x10ca");
    sysfs.physical("0000:01:00.0", 7);
    sysfs.written("bus/pci/devices/0000:01:00.0/sriov_numvfs", "2");
    AgentPaths paths = new AgentPaths(root);
    Files.createDirectories(paths.config().getParent());
    Files.writeString(
        paths.config(),
        """
        devicePlugin:
          resourceList:
          - {resourceName: vfs, driver: vfio-pci,
             selectors: {pciAddresses: ["0000:01:10.0"]}}
        """);
    journal = Journal.open(root.resolve("journal"), "boot1", file -> () -> {}, PhaseListener.NONE);
    Node node = new Node(Path.of("/"), Optional.empty(), "boot1");
    Places places = new Places(sysfs.root(), root.resolve("dev"), root.resolve("run"));
    VirtualFunctions virtual = new VirtualFunctions(node, journal, places, new ReentrantLock());
    service =
        new DeviceService(
            node,
            journal,
            places,
            paths,
            AgentConfig.read(paths.config()).devicePlugin(),
            virtual::lending,
            new AgentMetrics());
  }

  @AfterEach
  void close() {
    service.close();
    journal.close();
  }

  @Test
  void poolWithDriver_poolsAreNotKnownInTime_isNoAnswer() {
    CniException refused =
        assertThrows(
            CniException.class, () -> service.poolWithDriver(FIRST, Deadline.in(Duration.ZERO)));

    assertEquals(ErrorCode.TRY_AGAIN_LATER, refused.code());
    assertTrue(refused.getMessage().contains("does not know its pools yet"), refused.getMessage());
  }

  @Test
  void poolWithDriver_agentHasJustStarted_waitsForThePools() {
    Deadline inTime = Deadline.in(Duration.ofSeconds(20));
    CompletableFuture<Boolean> first =
        CompletableFuture.supplyAsync(() -> service.poolWithDriver(FIRST, inTime).isPresent());
    try (KubeletSockets sockets = new KubeletSockets()) {
      service.start(sockets);

      assertTrue(first.join());
      assertFalse(
          service.poolWithDriver(SECOND, Deadline.in(Duration.ZERO)).isPresent(), "no pool has it");
    }
  }
}
