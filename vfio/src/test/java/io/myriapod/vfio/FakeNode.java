package io.myriapod.vfio;

import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.fixtures.sysfs.Refusal;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PhaseListener;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Deadlines;
import io.myriapod.vfio.change.NodeHands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A machine with one card of seven virtual functions, of which two are there: its sysfs is a fake,
 * all else is real. The card's interface is {@code lo} unless the test says otherwise: it is there
 * without privileges, and up.
 */
final class FakeNode implements AutoCloseable {
  static final String CARD = "0000:01:00.0";
  static final PciAddress FIRST = new PciAddress("0000:01:10.0");
  static final PciAddress SECOND = new PciAddress("0000:01:10.2");
  static final String BOOT = "boot1";
  private static final Duration SOON = Duration.ofSeconds(1);

  final FakeSysfs sysfs;
  final Path root;
  private final Node node;
  private Optional<Killing> killing = Optional.empty();
  private Journal journal;
  private VirtualFunctions functions;

  private FakeNode(Path root, Optional<Path> netns, FakeSysfs sysfs) {
    this.root = root;
    this.sysfs = sysfs;
    this.node = new Node(Path.of("/"), netns, BOOT);
    restart(PhaseListener.NONE);
  }

  static FakeNode with(Path root) {
    return with(root, true, Optional.empty(), "lo");
  }

  static FakeNode with(Path root, boolean iommu, Optional<Path> netns, String link) {
    FakeSysfs sysfs = new FakeSysfs(root.resolve("sys"));
    if (!iommu) {
      sysfs.withoutIommu();
    }
    sysfs.driver("igbvf", "0x10ca").driver("vfio-pci").driver("uio_pci_generic").driver("pcieport");
    sysfs.physical(CARD, 7).directory("bus/pci/devices/" + CARD + "/net/" + link);
    sysfs.written("bus/pci/devices/" + CARD + "/sriov_numvfs", "2");
    return new FakeNode(root, netns, sysfs);
  }

  /** As after a kill: another process with the same files. */
  void restart(PhaseListener listener) {
    restart(listener, Deadlines.DEFAULT);
  }

  /** From now on a write that is not answered is given up within a second. */
  void givesUpSoon() {
    close();
    restart(PhaseListener.NONE, new Deadlines(SOON, SOON));
  }

  void restart(PhaseListener listener, Deadlines deadlines) {
    killing = listener instanceof Killing one ? Optional.of(one) : Optional.empty();
    journal = Journal.open(root.resolve("journal"), BOOT, file -> () -> {}, listener);
    Sysfs real = new Sysfs(sysfs.root());
    functions =
        new VirtualFunctions(
            node,
            journal,
            new VirtualFunctions.Places(sysfs.root(), root.resolve("dev"), root.resolve("run")),
            new ReentrantLock(),
            new NodeHands(
                node, new DeviceTree(real), (path, value) -> write(real, path, value), deadlines));
  }

  /** By the product's own system calls, then what the kernel makes of it. */
  private void write(Sysfs real, String path, String value) {
    killing.ifPresent(one -> one.writing(path));
    try {
      synchronized (sysfs) {
        sysfs.writing(path, value);
      }
      real.write(path, value); // may hang
      synchronized (sysfs) {
        sysfs.written(path, value);
      }
    } catch (Refusal e) {
      throw new ErrnoException("write " + path, e.errno());
    }
  }

  VirtualFunctions functions() {
    return functions;
  }

  Journal journal() {
    return journal;
  }

  @Override
  public void close() {
    journal.close();
  }
}
