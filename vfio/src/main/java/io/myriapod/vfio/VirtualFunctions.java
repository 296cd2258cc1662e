package io.myriapod.vfio;

import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.linux.Node;
import io.myriapod.linux.libc.ErrnoException;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.linux.pci.Sriov;
import io.myriapod.linux.sys.Sysfs;
import io.myriapod.types.PciAddress;
import io.myriapod.types.Quoted;
import io.myriapod.vfio.change.Change;
import io.myriapod.vfio.change.Deadlines;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.Hands;
import io.myriapod.vfio.change.NodeHands;
import io.myriapod.vfio.given.DeviceClaims;
import io.myriapod.vfio.given.DeviceUndo;
import io.myriapod.vfio.given.GivenDevice;
import io.myriapod.vfio.given.GivenFunction;
import io.myriapod.vfio.given.LentFunction;
import io.myriapod.vfio.use.DeviceUse;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates virtual functions, gives them drivers, resets them. Each method either does all of it or
 * changes nothing, and returns what was done; none if all was as wanted. With {@code dryRun} it
 * checks the same, changes nothing, and returns what it would do.
 *
 * <p>All throw {@link DeviceException}, and {@code JournalException} if a change could not be
 * recorded.
 */
public final class VirtualFunctions {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualFunctions.class);

  private static final int LONGEST_LINE = 500; // rules of all functions of a card have more

  private final Node node;
  private final Journal journal;
  private final PciBus bus;
  private final Binding binding;
  private final Creation creation;
  private final Resetting resetting;
  private final Lending lending;
  private final Map<String, InverseHandler> handlers;

  /**
   * @param lock held by those, too, that give functions to pods, while they decide and record
   */
  public VirtualFunctions(Node node, Journal journal, Places places, Lock lock) {
    this(node, journal, places, lock, hands(node, places));
  }

  /** With other hands. */
  VirtualFunctions(Node node, Journal journal, Places places, Lock lock, Hands hands) {
    this.node = node;
    this.journal = journal;
    Sysfs sysfs = new Sysfs(places.sys());
    this.bus = new PciBus(sysfs);
    DeviceUse use = new DeviceUse(node, sysfs, places.devices(), journal::all);
    DeviceTree tree = new DeviceTree(sysfs);
    Surroundings at = new Surroundings(node, tree, bus, journal.devices(), use, hands, lock);
    Viability viability = new Viability(bus, sysfs);
    this.binding = new Binding(at, viability);
    this.creation = new Creation(at, binding, viability, new QuietRules(places.run()));
    this.resetting = new Resetting(at);
    this.lending = new Lending(at, binding, resetting);
    DeviceClaims claims = new DeviceClaims(journal);
    this.handlers =
        Map.of(
            GivenFunction.KIND,
            new FunctionRelease(at),
            LentFunction.KIND,
            lending.end(),
            GivenDevice.KIND,
            new DeviceUndo(node, tree, claims, lock, new FunctionFetch(at)));
    DriverUndo drivers = new DriverUndo(at);
    journal
        .devices()
        .use(
            Map.of(
                FormerDriver.KIND,
                drivers,
                FormerNumber.KIND,
                new NumberUndo(at, drivers),
                Resetting.KIND,
                (record, inverse) -> Optional.empty()));
  }

  /** Runs the inverses of devices that were given to pods, by kind; for the agent's Undo. */
  public Map<String, InverseHandler> inverseHandlers() {
    return handlers;
  }

  /** Gives functions the drivers that pools want for containers. */
  public Lending lending() {
    return lending;
  }

  /**
   * Where the kernel's trees are.
   *
   * @param sys {@code /sys}
   * @param devices {@code /dev}
   * @param run {@code /run}
   */
  public record Places(Path sys, Path devices, Path run) {
    public static final Places REAL = new Places(Path.of("/sys"), Path.of("/dev"), Path.of("/run"));
  }

  private static Hands hands(Node node, Places places) {
    Sysfs sysfs = new Sysfs(places.sys());
    return new NodeHands(node, new DeviceTree(sysfs), sysfs::write, Deadlines.DEFAULT);
  }

  /**
   * Takes back what a killed agent left half-done, and forgets what an earlier boot or somebody
   * else has done away with. Returns the records whose change could not be taken back.
   */
  public List<DeviceRecord> recover() {
    journal.devices().forgetEarlierBoots();
    List<DeviceRecord> failed = journal.devices().undoUnfinished();
    journal.devices().all().stream()
        .map(DeviceRecord::device)
        .filter(device -> bus.find(device).isEmpty())
        .forEach(journal.devices()::forget);
    return failed;
  }

  /**
   * Gives a physical function that many virtual ones.
   *
   * @param physical PCI address or name of its interface
   * @param number at most {@link Sriov#MOST}
   * @param driver for all of them; absent: the one that the kernel binds
   */
  public List<Change> create(
      String physical, int number, Optional<DriverChoice.Named> driver, boolean dryRun) {
    Map<Integer, DriverChoice.Named> drivers = new HashMap<>();
    driver.ifPresent(one -> IntStream.range(0, number).forEach(index -> drivers.put(index, one)));
    return create(new WantedNumber(find(physical), number, Optional.empty(), drivers), dryRun);
  }

  private List<Change> create(WantedNumber wanted, boolean dryRun) {
    return told(() -> dryRun ? creation.plan(wanted) : creation.create(wanted));
  }

  /** Gives a virtual function another driver. */
  public List<Change> bind(PciAddress function, DriverChoice choice, boolean dryRun) {
    return told(() -> dryRun ? binding.plan(function, choice) : binding.bind(function, choice));
  }

  /** Resets a virtual function (FLR). */
  public List<Change> reset(PciAddress function, boolean dryRun) {
    return told(() -> dryRun ? resetting.plan(function) : resetting.reset(function));
  }

  /** Makes one physical function as the configuration wants it. */
  public List<Change> apply(WantedFunctions wanted, boolean dryRun) {
    List<Change> changes =
        create(
            new WantedNumber(
                find(wanted.physical()), wanted.number(), wanted.mtu(), wanted.drivers()),
            dryRun);
    if (!dryRun) {
      changes.forEach(
          change ->
              LOG.info(
                  "{}: {}", wanted.physical(), Quoted.oneLine(change.toString(), LONGEST_LINE)));
    }
    return changes;
  }

  /** What sysfs or netlink answers to a question, in this module's words. */
  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (ErrnoException | UncheckedIOException e) {
      throw new DeviceException(
          DeviceException.Kind.REFUSED, e.getMessage(), "`dmesg` has the driver's own words", e);
    }
  }

  /** The address of a physical function that is named by it or by its interface. */
  public PciAddress find(String physical) {
    return PciAddress.of(physical).orElseGet(() -> told(() -> withLink(physical)));
  }

  private PciAddress withLink(String physical) {
    try (NetworkNamespace host = node.openHost()) {
      return host.links()
          .find(physical)
          .flatMap(Link::parentDevice)
          .flatMap(PciAddress::of)
          .orElseThrow(
              () ->
                  new DeviceException(
                      DeviceException.Kind.NOT_FOUND,
                      "find physical function %s: no interface of a PCI device has that name"
                          .formatted(Quoted.shortened(physical)),
                      "`ip -d link` shows the interfaces; a PCI address such as 0000:01:00.0 does as"
                          + " well"));
    }
  }
}
