package io.myriapod.vfio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.fixtures.sysfs.FakeSysfs;
import io.myriapod.fixtures.sysfs.Refusal;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.PhaseListener;
import io.myriapod.journal.Undo;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.change.Deadlines;
import io.myriapod.vfio.change.NodeHands;
import io.myriapod.vfio.given.LentFunction;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the product does to functions, with a journal of its own, on a sysfs that answers as the
 * kernel does. It is in this package for the hands that can be given here.
 */
public final class FakeFunctions implements AutoCloseable {
  private static final String BOOT = "boot1";

  private final FakeSysfs sysfs;
  private final Journal journal;
  private final VirtualFunctions functions;

  public FakeFunctions(Path root, FakeSysfs sysfs) {
    this.sysfs = sysfs;
    Node node = new Node(Path.of("/"), Optional.empty(), BOOT);
    Sysfs real = new Sysfs(sysfs.root());
    journal = Journal.open(root.resolve("journal"), BOOT, file -> () -> {}, PhaseListener.NONE);
    functions =
        new VirtualFunctions(
            node,
            journal,
            new VirtualFunctions.Places(sysfs.root(), root.resolve("dev"), root.resolve("run")),
            new ReentrantLock(),
            new NodeHands(
                node,
                new DeviceTree(real),
                (path, value) -> write(real, path, value),
                Deadlines.DEFAULT));
  }

  private void write(Sysfs real, String path, String value) {
    try {
      sysfs.writing(path, value);
      real.write(path, value);
      sysfs.written(path, value);
    } catch (Refusal e) {
      throw new ErrnoException("write " + path, e.errno());
    }
  }

  public Lending lending() {
    return functions.lending();
  }

  /** A pod takes over a function that was lent to it, as ADD does. */
  public void borrow(String container, PciAddress function) {
    ObjectNode facts = JsonNodeFactory.instance.objectNode();
    facts.putArray(AttachmentRecord.LENT).add(function.value());
    try (OpenRecord steps = journal.begin(key(container), facts)) {
      String loan = lending().of(function).map(Loan::id).orElse("");
      steps.will(new LentFunction(function, loan).toInverse());
      steps.done();
    }
  }

  private static AttachmentKey key(String container) {
    return new AttachmentKey(new ContainerId(container), new InterfaceName("eth0"));
  }

  /** The pod ends, as DEL has it. */
  public boolean end(String container) {
    AttachmentRecord record = journal.find(key(container)).orElseThrow();
    return new Undo(journal, functions.inverseHandlers()).run(List.of(record)).clean();
  }

  @Override
  public void close() {
    journal.close();
  }
}
