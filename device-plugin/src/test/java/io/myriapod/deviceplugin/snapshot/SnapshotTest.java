package io.myriapod.deviceplugin.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.deviceplugin.config.VdpaType;
import io.myriapod.deviceplugin.device.DeviceTraits;
import io.myriapod.deviceplugin.device.Discovery;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.device.NodeView;
import io.myriapod.deviceplugin.device.SeenLink;
import io.myriapod.deviceplugin.pool.GroupHealth;
import io.myriapod.deviceplugin.pool.Holdings;
import io.myriapod.deviceplugin.pool.Holdings.Holder;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.linux.device.RdmaDevice;
import io.myriapod.linux.device.VdpaDevice;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a snapshot is what is read of the tree that it was taken of. */
class SnapshotTest {
  private static final PciAddress MLX = new PciAddress(MachineTree.MLX);
  private static final Holdings HOLDINGS =
      new Holdings(
          Map.of(
              new DeviceId(MachineTree.FIRST), new Holder("shop/web", Optional.empty()),
              new DeviceId("mlx5_core.sf.2"), new Holder("shop/db", Optional.of("no carrier"))),
          Map.of(new DeviceId(MachineTree.FIRST), "intel.com/dpdk"));

  @TempDir private Path root;
  private FakeSysfs tree;
  private Sysfs live;
  private List<NodeDevice> devices;

  /** Names as the kernel gives them: the device behind a link, or none. */
  private record FakeView(List<SeenLink> links) implements NodeView {
    @Override
    public Optional<String> useOf(SeenLink link) {
      return Optional.of("is a port of bond0")
          .filter(use -> Set.of("card0", "eth7").contains(link.name()));
    }
  }

  private static final FakeView VIEW =
      new FakeView(
          List.of(
              new SeenLink("lo", Optional.empty(), Optional.of(true)),
              new SeenLink("veth1", Optional.empty(), Optional.of(true)),
              new SeenLink("card0", Optional.empty(), Optional.of(true)),
              new SeenLink("eth7", Optional.empty(), Optional.of(true)),
              new SeenLink("ib0", Optional.of(MachineTree.MLX), Optional.of(true)),
              new SeenLink("ib0_0", Optional.of(MachineTree.MLX), Optional.empty()),
              new SeenLink("sf88", Optional.of("mlx5_core.sf.2"), Optional.of(false))));

  @BeforeEach
  void make() {
    tree = MachineTree.make(root.resolve("sys"));
    live = new Sysfs(tree.root());
    devices = new Discovery(live, () -> VIEW).read();
  }

  private Snapshot snapshot() {
    RecordedNode node =
        RecordedNode.of(VIEW, live, Map.of(MLX, "COMMS 1.3"), HOLDINGS, "example.com");
    return new Snapshot(live, devices, node, Optional.of("{}".getBytes()));
  }

  private StoredNode taken() throws IOException {
    Path folder = root.resolve("taken");
    snapshot().writeTo(folder);
    return StoredNode.open(folder);
  }

  @Test
  void snapshot_readBack_hasTheSameDevices() throws IOException {
    StoredNode stored = taken();

    List<NodeDevice> read = new Discovery(stored.sysfs(), stored::view).read();

    assertEquals(devices, read);
    assertEquals(
        List.of(
            MachineTree.CARD,
            MachineTree.FIRST,
            "0000:01:10.2",
            MachineTree.MLX,
            "mlx5_core.sf.2",
            MachineTree.VDPA),
        read.stream().map(one -> one.id().value()).toList());
    assertEquals(Optional.of("is a port of bond0"), read.get(0).usedByNode());
    assertEquals(Optional.of("is a port of bond0"), read.get(5).usedByNode(), "by its vDPA device");
    assertEquals(List.of("ib0"), read.get(3).linkNames(), "the representor is no own interface");
  }

  @Test
  void snapshot_readBack_hasTheSameTraits() throws IOException {
    StoredNode stored = taken();
    DeviceTraits before = new DeviceTraits(live, card -> Optional.empty());
    DeviceTraits after = new DeviceTraits(stored.sysfs(), stored::ddpProfile);

    for (NodeDevice device : devices) {
      assertEquals(before.isRdma(device), after.isRdma(device), device.id()::value);
      assertEquals(before.partitionKey(device), after.partitionKey(device));
      assertEquals(before.vdpaType(device), after.vdpaType(device));
      assertEquals(before.acpiIndex(device), after.acpiIndex(device));
    }
    NodeDevice rdma = device(MachineTree.MLX);
    assertEquals(Optional.of("0x7fff"), after.partitionKey(rdma));
    assertEquals(Optional.of(VdpaType.VHOST), after.vdpaType(device(MachineTree.VDPA)));
    assertEquals(Optional.of("101"), after.acpiIndex(device(MachineTree.CARD)));
    assertEquals(Optional.of("COMMS 1.3"), after.ddpProfile(rdma));
  }

  private NodeDevice device(String id) {
    return devices.stream().filter(one -> one.id().value().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void snapshot_readBack_hasWhatContainersWouldGet() throws IOException {
    Sysfs stored = taken().sysfs();
    String mlx = "bus/pci/devices/" + MachineTree.MLX;
    String vdpa = "bus/pci/devices/" + MachineTree.VDPA;
    PciAddress first = new PciAddress(MachineTree.FIRST);

    assertEquals(RdmaDevice.of(live, mlx), RdmaDevice.of(stored, mlx));
    assertEquals(Optional.of("infiniband/rdma_cm"), RdmaDevice.connectionManager(stored));
    assertEquals(VdpaDevice.of(live, vdpa), VdpaDevice.of(stored, vdpa));
    assertEquals(Optional.of("vfio/devices/vfio3"), new PciBus(stored).vfioFileOf(first));
    assertEquals(new PciBus(live).iommuGroupOf(first), new PciBus(stored).iommuGroupOf(first));
  }

  /** The disk is no device of ours, and is what is in the way. */
  @Test
  void snapshot_strangerInAGroup_isStillInTheWay() throws IOException {
    Optional<String> ailing = GroupHealth.in(live).ailing(device(MachineTree.FIRST));

    assertTrue(ailing.orElse("").contains("driver \"mpt3sas\""), ailing::toString);
    assertEquals(ailing, GroupHealth.in(taken().sysfs()).ailing(device(MachineTree.FIRST)));
  }

  @Test
  void snapshot_readBack_hasHoldersPrefixAndConfig() throws IOException {
    StoredNode stored = taken();

    assertEquals(HOLDINGS, stored.holdings());
    assertEquals("example.com", stored.resourcePrefix());
    assertEquals("{}", Files.readString(stored.config().orElseThrow()));
  }

  @Test
  void snapshot_ofTheNode_hasNoMacNoBinaryAndNoLinkOfPods() throws IOException {
    Path folder = taken().folder();

    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files.filter(one -> Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS)).toList()) {
        String text = Files.readString(file);
        assertFalse(text.contains("02:00:00:00:00:01"), file::toString);
        assertFalse(text.contains("binary"), file::toString);
        assertFalse(text.contains("veth1"), file::toString);
      }
    }
  }

  @Test
  void writeTo_directoryWithSomethingInIt_isRefused() throws IOException {
    Path folder = Files.createDirectories(root.resolve("full/x")).getParent();

    SnapshotException e = assertThrows(SnapshotException.class, () -> snapshot().writeTo(folder));

    assertEquals(
        "write a snapshot to %s: there is something in it".formatted(folder), e.getMessage());
    assertFalse(Files.exists(folder.resolve("bus")));
  }

  @Test
  void writeTo_file_isRefusedAndStays() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "mine");

    assertThrows(SnapshotException.class, () -> snapshot().writeTo(file));

    assertEquals("mine", Files.readString(file));
  }
}
